-- A write costs as many pages of log as it changes. An index on a column that each write changes is one or two of them each time, so the purge
-- looks for the creation instead, and for the last write only where the creation is not known: rows that are older than the column, and those of
-- a version that does not know it.
ALTER TABLE grain_state ADD COLUMN created INTEGER NOT NULL DEFAULT 0; -- Unix time, milliseconds; 0 when not known
DROP INDEX grain_state_calls_by_age;
CREATE INDEX grain_state_calls_by_creation ON grain_state (created) WHERE storage = 'calls' AND created > 0;
CREATE INDEX grain_state_calls_by_last_write ON grain_state (modified) WHERE storage = 'calls' AND created = 0;

-- Every call comes here and goes again, and one sweep a minute looks for those that stay: it can look at all there are.
DROP INDEX open_calls_by_time;
