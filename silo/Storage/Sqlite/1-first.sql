-- Grain state, one row for each grain and state. The etag is the version: a write names the one it has read.
CREATE TABLE grain_state (
    storage  TEXT    NOT NULL,              -- 'calls' or 'users'
    name     TEXT    NOT NULL,              -- the state's name in its grain
    grain    TEXT    NOT NULL,              -- grain id: type/key
    version  INTEGER NOT NULL,
    modified INTEGER NOT NULL,              -- Unix time, milliseconds
    payload  BLOB    NOT NULL,              -- JSON
    UNIQUE (storage, name, grain)
);
-- What the purge looks for. Users are never purged, so their rows need not be in it.
CREATE INDEX grain_state_calls_by_age ON grain_state (modified) WHERE storage = 'calls';

CREATE TABLE reminders (
    grain   TEXT    NOT NULL,
    name    TEXT    NOT NULL,
    hash    INTEGER NOT NULL,               -- the grain id's uniform hash, 0 to 4294967295
    start   INTEGER NOT NULL,               -- ticks, UTC
    period  INTEGER NOT NULL,               -- ticks
    version INTEGER NOT NULL,
    PRIMARY KEY (grain, name)
) WITHOUT ROWID;
CREATE INDEX reminders_by_hash ON reminders (hash);

-- Ended calls. The columns are for queries and for people; the call itself is the JSON in 'call'.
CREATE TABLE call_sessions (
    call_id         TEXT    NOT NULL PRIMARY KEY,
    caller_id       TEXT    NOT NULL,
    media           TEXT    NOT NULL,
    conversation_id TEXT,
    created_at      INTEGER NOT NULL,       -- Unix time, milliseconds, as all times here
    answered_at     INTEGER,
    ended_at        INTEGER NOT NULL,
    end_reason      TEXT,
    ended_by        TEXT,
    call            BLOB    NOT NULL
);
CREATE INDEX call_sessions_by_end ON call_sessions (ended_at, call_id);

-- One row for each person in an ended call, lying in the order in which it is read: somebody's newest calls.
CREATE TABLE call_participants (
    user_id   TEXT    NOT NULL,
    ended_at  INTEGER NOT NULL,
    call_id   TEXT    NOT NULL,
    is_caller INTEGER NOT NULL,
    outcome   TEXT    NOT NULL,
    PRIMARY KEY (user_id, ended_at, call_id)
) WITHOUT ROWID;
CREATE INDEX call_participants_missed ON call_participants (user_id, ended_at, call_id) WHERE outcome = 'missed';
CREATE INDEX call_participants_by_call ON call_participants (call_id);
