-- What Orleans 10 expects of a relational store: a table of named queries, OrleansQuery, which its providers read when a silo starts, and whatever tables
-- those queries work on. The names of the queries, of their parameters and of the columns that they return are Orleans'; see the contracts
-- in src/AdoNet of https://github.com/dotnet/orleans, release 10.4.2. Each change is one statement, so that it happens as a whole or not at all.

SELECT pg_advisory_xact_lock(7290117); -- one silo at a time

CREATE TABLE IF NOT EXISTS OrleansQuery (QueryKey varchar(64) PRIMARY KEY, QueryText text NOT NULL);

-- Which silos there are. Every change raises the version of the cluster, and is refused if another came before it.

CREATE TABLE IF NOT EXISTS cluster_version (cluster text PRIMARY KEY, version integer NOT NULL);

CREATE TABLE IF NOT EXISTS cluster_silo (
    cluster text NOT NULL REFERENCES cluster_version,
    address text NOT NULL,
    port integer NOT NULL,
    generation integer NOT NULL,
    silo_name text NOT NULL,
    host_name text NOT NULL,
    status integer NOT NULL,
    proxy_port integer,
    suspect_times text,
    start_time timestamptz NOT NULL,
    alive_time timestamptz NOT NULL,
    PRIMARY KEY (cluster, address, port, generation));

-- The state of grains.

CREATE TABLE IF NOT EXISTS grain_state (
    service text NOT NULL,
    type_hash integer NOT NULL,
    id_hash integer NOT NULL,
    type_name text NOT NULL,
    id_0 bigint NOT NULL,
    id_1 bigint NOT NULL,
    id_text text NOT NULL,
    payload bytea,
    version integer NOT NULL,
    PRIMARY KEY (service, type_hash, id_hash, type_name, id_0, id_1, id_text));

-- Reminders.

CREATE TABLE IF NOT EXISTS grain_reminder (
    service text NOT NULL,
    grain text NOT NULL,
    name text NOT NULL,
    grain_hash integer NOT NULL,
    start_time timestamptz NOT NULL,
    period bigint NOT NULL,
    version integer NOT NULL,
    PRIMARY KEY (service, grain, name));

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES

('InsertMembershipVersionKey', $$
    WITH added AS (INSERT INTO cluster_version VALUES (@DeploymentId, 0) ON CONFLICT DO NOTHING RETURNING 1)
    SELECT count(*)::integer FROM added
$$),

('InsertMembershipKey', $$
    WITH raised AS (
        UPDATE cluster_version SET version = version + 1
        WHERE cluster = @DeploymentId AND version = @Version AND NOT EXISTS (
            SELECT FROM cluster_silo s
            WHERE s.cluster = @DeploymentId AND s.address = @Address AND s.port = @Port AND s.generation = @Generation)
        RETURNING cluster),
    added AS (
        INSERT INTO cluster_silo (
            cluster, address, port, generation, silo_name, host_name, status, proxy_port, start_time, alive_time)
        SELECT cluster, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM raised
        RETURNING 1)
    SELECT count(*)::integer FROM added
$$),

('UpdateMembershipKey', $$
    WITH raised AS (
        UPDATE cluster_version SET version = version + 1
        WHERE cluster = @DeploymentId AND version = @Version AND EXISTS (
            SELECT FROM cluster_silo s
            WHERE s.cluster = @DeploymentId AND s.address = @Address AND s.port = @Port AND s.generation = @Generation)
        RETURNING cluster),
    changed AS (
        UPDATE cluster_silo SET status = @Status, suspect_times = @SuspectTimes, alive_time = @IAmAliveTime
        FROM raised
        WHERE cluster_silo.cluster = raised.cluster AND address = @Address AND port = @Port AND generation = @Generation
        RETURNING 1)
    SELECT count(*)::integer FROM changed
$$),

('UpdateIAmAlivetimeKey', $$
    UPDATE cluster_silo SET alive_time = @IAmAliveTime
    WHERE cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
$$),

('MembershipReadRowKey', $$
    SELECT v.cluster AS DeploymentId, s.address AS Address, s.port AS Port, s.generation AS Generation, s.silo_name AS SiloName,
        s.host_name AS HostName, s.status AS Status, s.proxy_port AS ProxyPort, s.suspect_times AS SuspectTimes, s.start_time AS StartTime,
        s.alive_time AS IAmAliveTime, v.version AS Version
    FROM cluster_version v
    LEFT JOIN cluster_silo s ON s.cluster = v.cluster AND s.address = @Address AND s.port = @Port AND s.generation = @Generation
    WHERE v.cluster = @DeploymentId
$$),

('MembershipReadAllKey', $$
    SELECT v.cluster AS DeploymentId, s.address AS Address, s.port AS Port, s.generation AS Generation, s.silo_name AS SiloName,
        s.host_name AS HostName, s.status AS Status, s.proxy_port AS ProxyPort, s.suspect_times AS SuspectTimes, s.start_time AS StartTime,
        s.alive_time AS IAmAliveTime, v.version AS Version
    FROM cluster_version v LEFT JOIN cluster_silo s ON s.cluster = v.cluster
    WHERE v.cluster = @DeploymentId
$$),

('GatewaysQueryKey', $$
    SELECT address AS Address, proxy_port AS ProxyPort, generation AS Generation FROM cluster_silo
    WHERE cluster = @DeploymentId AND status = @Status AND proxy_port > 0
$$),

('DeleteMembershipTableEntriesKey', $$
    WITH silos AS (DELETE FROM cluster_silo WHERE cluster = @DeploymentId)
    DELETE FROM cluster_version WHERE cluster = @DeploymentId
$$),

('CleanupDefunctSiloEntriesKey', $$
    DELETE FROM cluster_silo WHERE cluster = @DeploymentId AND alive_time < @IAmAliveTime AND status <> 3 -- 3: active
$$),

('ReadFromStorageKey', $$
    SELECT payload AS PayloadBinary, version AS Version FROM grain_state
    WHERE service = @ServiceId AND type_hash = @GrainTypeHash AND id_hash = @GrainIdHash AND type_name = @GrainTypeString
        AND id_0 = @GrainIdN0 AND id_1 = @GrainIdN1 AND id_text = coalesce(@GrainIdExtensionString, '')
$$),

-- The first version is 1. A version that does not change says that another writer came before.
('WriteToStorageKey', $$
    WITH added AS (
        INSERT INTO grain_state
        SELECT @ServiceId, @GrainTypeHash, @GrainIdHash, @GrainTypeString, @GrainIdN0, @GrainIdN1, coalesce(@GrainIdExtensionString, ''),
            @PayloadBinary, 1
        WHERE @GrainStateVersion::integer IS NULL
        ON CONFLICT DO NOTHING
        RETURNING version),
    changed AS (
        UPDATE grain_state SET payload = @PayloadBinary, version = version + 1
        WHERE service = @ServiceId AND type_hash = @GrainTypeHash AND id_hash = @GrainIdHash AND type_name = @GrainTypeString
            AND id_0 = @GrainIdN0 AND id_1 = @GrainIdN1 AND id_text = coalesce(@GrainIdExtensionString, '')
            AND version = @GrainStateVersion::integer
        RETURNING version)
    SELECT coalesce((SELECT version FROM added), (SELECT version FROM changed), @GrainStateVersion::integer) AS NewGrainStateVersion
$$),

('ClearStorageKey', $$
    UPDATE grain_state SET payload = NULL, version = version + 1
    WHERE service = @ServiceId AND type_hash = @GrainTypeHash AND id_hash = @GrainIdHash AND type_name = @GrainTypeString
        AND id_0 = @GrainIdN0 AND id_1 = @GrainIdN1 AND id_text = coalesce(@GrainIdExtensionString, '')
        AND version = @GrainStateVersion
    RETURNING version AS NewGrainStateVersion
$$),

('DeleteStorageKey', $$
    DELETE FROM grain_state
    WHERE service = @ServiceId AND type_hash = @GrainTypeHash AND id_hash = @GrainIdHash AND type_name = @GrainTypeString
        AND id_0 = @GrainIdN0 AND id_1 = @GrainIdN1 AND id_text = coalesce(@GrainIdExtensionString, '')
        AND version = @GrainStateVersion
    RETURNING version + 1 AS NewGrainStateVersion
$$),

('UpsertReminderRowKey', $$
    INSERT INTO grain_reminder VALUES (@ServiceId, @GrainId, @ReminderName, @GrainHash, @StartTime, @Period, 0)
    ON CONFLICT (service, grain, name) DO UPDATE SET
        grain_hash = excluded.grain_hash, start_time = excluded.start_time, period = excluded.period, version = grain_reminder.version + 1
    RETURNING version AS Version
$$),

('ReadReminderRowKey', $$
    SELECT grain AS GrainId, name AS ReminderName, start_time AS StartTime, period AS Period, version AS Version FROM grain_reminder
    WHERE service = @ServiceId AND grain = @GrainId AND name = @ReminderName
$$),

('ReadReminderRowsKey', $$
    SELECT grain AS GrainId, name AS ReminderName, start_time AS StartTime, period AS Period, version AS Version FROM grain_reminder
    WHERE service = @ServiceId AND grain = @GrainId
$$),

-- A range of the ring of hashes, and one that goes over its end.
('ReadRangeRows1Key', $$
    SELECT grain AS GrainId, name AS ReminderName, start_time AS StartTime, period AS Period, version AS Version FROM grain_reminder
    WHERE service = @ServiceId AND grain_hash > @BeginHash AND grain_hash <= @EndHash
$$),

('ReadRangeRows2Key', $$
    SELECT grain AS GrainId, name AS ReminderName, start_time AS StartTime, period AS Period, version AS Version FROM grain_reminder
    WHERE service = @ServiceId AND (grain_hash > @BeginHash OR grain_hash <= @EndHash)
$$),

('DeleteReminderRowKey', $$
    WITH gone AS (
        DELETE FROM grain_reminder
        WHERE service = @ServiceId AND grain = @GrainId AND name = @ReminderName AND version = @Version
        RETURNING 1)
    SELECT count(*)::integer FROM gone
$$),

('DeleteReminderRowsKey', $$
    DELETE FROM grain_reminder WHERE service = @ServiceId
$$)

ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;
