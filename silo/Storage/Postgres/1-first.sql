-- What Orleans' ADO.NET providers ask for: the statements they run are rows of OrleansQuery, found by their keys; parameters and result columns have the
-- names the providers expect. The text of the statements, and the tables behind them, are ours.

CREATE TABLE orleansquery (
    querykey  varchar(64)   NOT NULL PRIMARY KEY,
    querytext varchar(8000) NOT NULL
);

-- Grain state. The identity is unique, so that of two first writes of one grain only one can land.
CREATE TABLE orleansstorage (
    grainidhash           integer      NOT NULL,
    grainidn0             bigint       NOT NULL,
    grainidn1             bigint       NOT NULL,
    graintypehash         integer      NOT NULL,
    graintypestring       varchar(512) NOT NULL,
    grainidextensionstring varchar(512),
    serviceid             varchar(150) NOT NULL,
    payloadbinary         bytea,
    modifiedon            timestamptz  NOT NULL,
    version               integer      NOT NULL
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);

CREATE UNIQUE INDEX orleansstorage_identity ON orleansstorage
    (grainidhash, graintypehash, (coalesce(grainidextensionstring, '')), grainidn0, grainidn1, graintypestring, serviceid);

-- What the purge looks for. Users are never purged, and without them here their updates stay within their page.
CREATE INDEX orleansstorage_calls_by_age ON orleansstorage (modifiedon) WHERE graintypestring LIKE 'calls/%';

-- The new version, or the one that was read when nothing was written: the provider takes an unchanged version for a lost race.
CREATE FUNCTION orleanscalls_write_state(
    id_hash integer, id_n0 bigint, id_n1 bigint, type_hash integer, type_name varchar, id_text varchar, service varchar,
    read_version integer, payload bytea)
RETURNS TABLE (newgrainstateversion integer)
LANGUAGE plpgsql AS $$
BEGIN
    IF read_version IS NULL THEN
        INSERT INTO orleansstorage VALUES (id_hash, id_n0, id_n1, type_hash, type_name, id_text, service, payload, now(), 1)
        ON CONFLICT DO NOTHING
        RETURNING version INTO newgrainstateversion;
    ELSE
        UPDATE orleansstorage s SET payloadbinary = payload, modifiedon = now(), version = s.version + 1
        WHERE s.grainidhash = id_hash AND s.graintypehash = type_hash AND coalesce(s.grainidextensionstring, '') = coalesce(id_text, '')
            AND s.grainidn0 = id_n0 AND s.grainidn1 = id_n1 AND s.graintypestring = type_name AND s.serviceid = service
            AND s.version = read_version
        RETURNING s.version INTO newgrainstateversion;
    END IF;
    newgrainstateversion := coalesce(newgrainstateversion, read_version);
    RETURN NEXT;
END
$$;

INSERT INTO orleansquery VALUES
('WriteToStorageKey',
 'SELECT newgrainstateversion AS NewGrainStateVersion FROM orleanscalls_write_state(@GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash,
    @GrainTypeString, @GrainIdExtensionString, @ServiceId, @GrainStateVersion, @PayloadBinary)'),
('ReadFromStorageKey',
 'SELECT payloadbinary AS PayloadBinary, version AS Version FROM orleansstorage
  WHERE grainidhash = @GrainIdHash AND graintypehash = @GrainTypeHash
    AND coalesce(grainidextensionstring, '''') = coalesce(@GrainIdExtensionString::varchar, '''')
    AND grainidn0 = @GrainIdN0 AND grainidn1 = @GrainIdN1 AND graintypestring = @GrainTypeString AND serviceid = @ServiceId'),
('ClearStorageKey',
 'UPDATE orleansstorage SET payloadbinary = NULL, modifiedon = now(), version = version + 1
  WHERE grainidhash = @GrainIdHash AND graintypehash = @GrainTypeHash
    AND coalesce(grainidextensionstring, '''') = coalesce(@GrainIdExtensionString::varchar, '''')
    AND grainidn0 = @GrainIdN0 AND grainidn1 = @GrainIdN1 AND graintypestring = @GrainTypeString AND serviceid = @ServiceId
    AND version = @GrainStateVersion
  RETURNING version AS NewGrainStateVersion'),
('DeleteStorageKey',
 'DELETE FROM orleansstorage
  WHERE grainidhash = @GrainIdHash AND graintypehash = @GrainTypeHash
    AND coalesce(grainidextensionstring, '''') = coalesce(@GrainIdExtensionString::varchar, '''')
    AND grainidn0 = @GrainIdN0 AND grainidn1 = @GrainIdN1 AND graintypestring = @GrainTypeString AND serviceid = @ServiceId
    AND version = @GrainStateVersion
  RETURNING version + 1 AS NewGrainStateVersion');

CREATE TABLE orleansreminderstable (
    serviceid    varchar(150) NOT NULL,
    grainid      varchar(150) NOT NULL,
    remindername varchar(150) NOT NULL,
    starttime    timestamptz  NOT NULL,
    period       bigint       NOT NULL,     -- milliseconds
    grainhash    integer      NOT NULL,     -- 32 bits, read as signed
    version      integer      NOT NULL,
    PRIMARY KEY (serviceid, grainid, remindername)
);

-- Each silo reads its reminders in some 30 ranges of this hash.
CREATE INDEX orleansreminderstable_by_hash ON orleansreminderstable (serviceid, grainhash);

INSERT INTO orleansquery VALUES
('UpsertReminderRowKey',
 'INSERT INTO orleansreminderstable AS r (serviceid, grainid, remindername, starttime, period, grainhash, version)
  VALUES (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash, 0)
  ON CONFLICT (serviceid, grainid, remindername) DO UPDATE
    SET starttime = excluded.starttime, period = excluded.period, grainhash = excluded.grainhash, version = r.version + 1
  RETURNING r.version AS Version'),
('ReadReminderRowsKey',
 'SELECT grainid AS GrainId, remindername AS ReminderName, starttime AS StartTime, period AS Period, version AS Version
  FROM orleansreminderstable WHERE serviceid = @ServiceId AND grainid = @GrainId'),
('ReadReminderRowKey',
 'SELECT grainid AS GrainId, remindername AS ReminderName, starttime AS StartTime, period AS Period, version AS Version
  FROM orleansreminderstable WHERE serviceid = @ServiceId AND grainid = @GrainId AND remindername = @ReminderName'),
('ReadRangeRows1Key',
 'SELECT grainid AS GrainId, remindername AS ReminderName, starttime AS StartTime, period AS Period, version AS Version
  FROM orleansreminderstable WHERE serviceid = @ServiceId AND grainhash > @BeginHash AND grainhash <= @EndHash'),
('ReadRangeRows2Key',
 'SELECT grainid AS GrainId, remindername AS ReminderName, starttime AS StartTime, period AS Period, version AS Version
  FROM orleansreminderstable WHERE serviceid = @ServiceId AND (grainhash > @BeginHash OR grainhash <= @EndHash)'),
('DeleteReminderRowKey',
 'WITH gone AS (
    DELETE FROM orleansreminderstable
    WHERE serviceid = @ServiceId AND grainid = @GrainId AND remindername = @ReminderName AND version = @Version
    RETURNING 1)
  SELECT count(*)::integer FROM gone'),
('DeleteReminderRowsKey',
 'DELETE FROM orleansreminderstable WHERE serviceid = @ServiceId');

-- Ended calls. The columns are for queries and for people; the call itself is the JSON in "call". Ids are compared byte by byte, as SQLite does.
CREATE TABLE call_sessions (
    call_id         text COLLATE "C" NOT NULL PRIMARY KEY,
    caller_id       text        NOT NULL,
    media           text        NOT NULL,
    conversation_id text,
    created_at      timestamptz NOT NULL,
    answered_at     timestamptz,
    ended_at        timestamptz NOT NULL,
    end_reason      text,
    ended_by        text,
    call            json        NOT NULL
);
CREATE INDEX call_sessions_by_end ON call_sessions (ended_at, call_id);

CREATE TABLE call_participants (
    user_id   text COLLATE "C" NOT NULL,
    ended_at  timestamptz      NOT NULL,
    call_id   text COLLATE "C" NOT NULL REFERENCES call_sessions ON DELETE CASCADE,
    is_caller boolean          NOT NULL,
    outcome   text             NOT NULL,
    PRIMARY KEY (user_id, ended_at, call_id)
);
CREATE INDEX call_participants_missed ON call_participants (user_id, ended_at, call_id) WHERE outcome = 'missed';
CREATE INDEX call_participants_by_call ON call_participants (call_id);
