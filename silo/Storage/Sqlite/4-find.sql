-- How each call went, written once, with its row; compact, see TimelineRecord. Null for calls of the version before.
ALTER TABLE call_sessions ADD COLUMN timeline BLOB;

-- Ends that are few and that somebody looks for. All others come up soon enough when calls are read from the newest on. The condition stands
-- word for word in the statement that wants it: SQLite compares the text.
CREATE INDEX call_sessions_faults ON call_sessions (end_reason, ended_at, call_id)
    WHERE end_reason IN ('connect_timeout', 'ended_by_admin', 'failed', 'lost', 'replaced');
