-- Calls get a table of their own. Here nothing is hashed and no provider's names are needed, and a whole set of calls is written by one statement.
-- No silo of the version before may run any more: it would look for its calls where they no longer are.

-- The state of calls. A row is written two or three times and then kept for days. No column that a write changes is in an index, so that a new version of a
-- row stays in the page of the old one (HOT) as long as there is room: hence the fill factor, and a purge that looks for the creation.
CREATE TABLE calls (
    call_id     text COLLATE "C" NOT NULL PRIMARY KEY,
    version     integer          NOT NULL,  -- the etag: a write names the one it has read
    created_at  timestamptz      NOT NULL,
    modified_at timestamptz      NOT NULL,
    payload     bytea            NOT NULL   -- JSON
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX calls_by_creation ON calls (created_at);

-- Calls that have something left to do, and when they are looked at at the latest.
CREATE TABLE open_calls (
    call_id text COLLATE "C" NOT NULL PRIMARY KEY,
    wake_at timestamptz      NOT NULL
);
CREATE INDEX open_calls_by_time ON open_calls (wake_at);

-- The keys carry the mark of ExactKeyStorage. When a call was created is in its payload alone; last written will do, the purge wants both to be long ago.
INSERT INTO calls (call_id, version, created_at, modified_at, payload)
SELECT substr(grainidextensionstring, 4), version, modifiedon, modifiedon, payloadbinary
FROM orleansstorage WHERE graintypestring LIKE 'calls/%' AND grainidextensionstring LIKE 'id:%' AND payloadbinary IS NOT NULL
ON CONFLICT DO NOTHING;
DELETE FROM orleansstorage WHERE graintypestring LIKE 'calls/%';

-- A silo of the version before that runs all the same is refused, before it makes a call that no other silo can see.
ALTER TABLE orleansstorage ADD CONSTRAINT orleansstorage_has_no_calls CHECK (graintypestring NOT LIKE 'calls/%');

-- Without this index the rows of users stay in their page when they are written: whatever its condition says, its column changes with each write.
DROP INDEX orleansstorage_calls_by_age;

-- One reminder for each open call until now. Whatever each of them was for, the call is looked at once.
INSERT INTO open_calls (call_id, wake_at)
SELECT DISTINCT substr(grainid, 6), now() FROM orleansreminderstable WHERE remindername = 'deadline' AND grainid LIKE 'call/%';
DELETE FROM orleansreminderstable WHERE remindername = 'deadline' AND grainid LIKE 'call/%';
