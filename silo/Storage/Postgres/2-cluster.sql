-- Membership: which silos there are. As for storage and reminders, the providers run statements out of OrleansQuery with parameters and columns of fixed
-- names; the text is ours. Every change of a row goes with one step of its cluster's version, so that of two silos that change it at once one wins.

CREATE TABLE orleansmembershipversiontable (
    deploymentid varchar(150) NOT NULL PRIMARY KEY,
    timestamp    timestamptz  NOT NULL DEFAULT now(),
    version      integer      NOT NULL DEFAULT 0
);

CREATE TABLE orleansmembershiptable (
    deploymentid varchar(150) NOT NULL REFERENCES orleansmembershipversiontable,
    address      varchar(45)  NOT NULL,
    port         integer      NOT NULL,
    generation   integer      NOT NULL,
    siloname     varchar(150) NOT NULL,
    hostname     varchar(150) NOT NULL,
    status       integer      NOT NULL,     -- 3 active, 6 dead; the rest in between
    proxyport    integer,                   -- where clients knock; 0 for a silo that takes none
    suspecttimes varchar(8000),
    starttime    timestamptz  NOT NULL,
    iamalivetime timestamptz  NOT NULL,
    PRIMARY KEY (deploymentid, address, port, generation)
);

INSERT INTO orleansquery VALUES
('InsertMembershipVersionKey',
 'WITH made AS (
    INSERT INTO orleansmembershipversiontable (deploymentid) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
  SELECT count(*)::integer FROM made'),
('InsertMembershipKey',
 'WITH turn AS (
    UPDATE orleansmembershipversiontable v SET timestamp = now(), version = v.version + 1
    WHERE v.deploymentid = @DeploymentId AND v.version = @Version AND NOT EXISTS (
        SELECT 1 FROM orleansmembershiptable m WHERE m.deploymentid = @DeploymentId AND m.address = @Address AND m.port = @Port
            AND m.generation = @Generation)
    RETURNING v.deploymentid),
  made AS (
    INSERT INTO orleansmembershiptable
        (deploymentid, address, port, generation, siloname, hostname, status, proxyport, starttime, iamalivetime)
    SELECT deploymentid, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM turn
    RETURNING 1)
  SELECT count(*)::integer FROM made'),
('UpdateMembershipKey',
 'WITH turn AS (
    UPDATE orleansmembershipversiontable v SET timestamp = now(), version = v.version + 1
    WHERE v.deploymentid = @DeploymentId AND v.version = @Version AND EXISTS (
        SELECT 1 FROM orleansmembershiptable m WHERE m.deploymentid = @DeploymentId AND m.address = @Address AND m.port = @Port
            AND m.generation = @Generation)
    RETURNING v.deploymentid),
  changed AS (
    UPDATE orleansmembershiptable m SET status = @Status, suspecttimes = @SuspectTimes, iamalivetime = @IAmAliveTime
    FROM turn
    WHERE m.deploymentid = turn.deploymentid AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
    RETURNING 1)
  SELECT count(*)::integer FROM changed'),
('UpdateIAmAlivetimeKey',
 'UPDATE orleansmembershiptable SET iamalivetime = @IAmAliveTime
  WHERE deploymentid = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation'),
('MembershipReadRowKey',
 'SELECT v.deploymentid AS DeploymentId, m.address AS Address, m.port AS Port, m.generation AS Generation, m.siloname AS SiloName,
    m.hostname AS HostName, m.status AS Status, m.proxyport AS ProxyPort, m.suspecttimes AS SuspectTimes, m.starttime AS StartTime,
    m.iamalivetime AS IAmAliveTime, v.version AS Version
  FROM orleansmembershipversiontable v LEFT JOIN orleansmembershiptable m
    ON m.deploymentid = v.deploymentid AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
  WHERE v.deploymentid = @DeploymentId'),
('MembershipReadAllKey',
 'SELECT v.deploymentid AS DeploymentId, m.address AS Address, m.port AS Port, m.generation AS Generation, m.siloname AS SiloName,
    m.hostname AS HostName, m.status AS Status, m.proxyport AS ProxyPort, m.suspecttimes AS SuspectTimes, m.starttime AS StartTime,
    m.iamalivetime AS IAmAliveTime, v.version AS Version
  FROM orleansmembershipversiontable v LEFT JOIN orleansmembershiptable m ON m.deploymentid = v.deploymentid
  WHERE v.deploymentid = @DeploymentId'),
('DeleteMembershipTableEntriesKey',
 'WITH gone AS (DELETE FROM orleansmembershiptable WHERE deploymentid = @DeploymentId)
  DELETE FROM orleansmembershipversiontable WHERE deploymentid = @DeploymentId'),
('GatewaysQueryKey',
 'SELECT address AS Address, proxyport AS ProxyPort, generation AS Generation FROM orleansmembershiptable
  WHERE deploymentid = @DeploymentId AND status = @Status AND proxyport > 0'),
-- Rows of silos that never said goodbye, and of dead ones, after a week.
('CleanupDefunctSiloEntriesKey',
 'DELETE FROM orleansmembershiptable WHERE deploymentid = @DeploymentId AND iamalivetime < @IAmAliveTime AND status <> 3');
