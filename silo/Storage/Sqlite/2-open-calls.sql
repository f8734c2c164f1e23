-- Calls that have something left to do, and when they are looked at at the latest.
CREATE TABLE open_calls (
    call_id TEXT    NOT NULL PRIMARY KEY,
    wake_at INTEGER NOT NULL                -- Unix time, milliseconds
) WITHOUT ROWID;
CREATE INDEX open_calls_by_time ON open_calls (wake_at);

-- One reminder for each open call until now. Whatever each of them was for, the call is looked at once.
INSERT INTO open_calls (call_id, wake_at)
SELECT substr(grain, 6), CAST(strftime('%s', 'now') AS INTEGER) * 1000 FROM reminders WHERE name = 'deadline' AND grain LIKE 'call/%';
DELETE FROM reminders WHERE name = 'deadline' AND grain LIKE 'call/%';
