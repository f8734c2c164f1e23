-- A write costs as many pages of log as it changes. An index on a column that each write changes is one or two of them each time, so the purge
-- looks for the creation instead. Rows that are older than the column have 0: it wants the last write to be long ago too.
ALTER TABLE grain_state ADD COLUMN created INTEGER NOT NULL DEFAULT 0; -- Unix time, milliseconds
DROP INDEX grain_state_calls_by_age;
CREATE INDEX grain_state_calls_by_creation ON grain_state (created) WHERE storage = 'calls';

-- Every call comes here and goes again, and one sweep a minute looks for those that stay: it can look at all there are.
DROP INDEX open_calls_by_time;
