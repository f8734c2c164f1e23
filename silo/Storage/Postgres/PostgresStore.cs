using Microsoft.Extensions.Logging;
using Npgsql;

namespace OrleansCalls.Silo.Storage.Postgres;

/// <summary>
/// The PostgreSQL database. Its connections come from the pool that the providers use too, so that one limit holds for all.
/// </summary>
internal sealed class PostgresStore(
    string connectionString, PostgresLanes lanes, StorageOptions options, TimeProvider time,
    ILogger<PostgresStore> logger) : IStore
{
    /// <summary>The number of parts in which users are scanned: one per purge, all within a day.</summary>
    internal const int UserParts = 144;

    private static readonly TimeSpan BetweenWords = TimeSpan.FromSeconds(10);

    // Unlike every call's id and unique per process: silos must not wait for each other's probes. The purge deletes the rows of
    // ended processes.
    private readonly string _probe = $"probe/{Guid.NewGuid():N}";
    private int _usersPart;

    public string Description => PostgresConnection.Describe(connectionString);

    /// <summary>
    /// Migrates the schema. Retries while the server is starting, as when all containers of a machine start at once, but not when
    /// it rejects the connection.
    /// </summary>
    public async Task Open(CancellationToken cancellation)
    {
        var (limit, began, saidAt) = (options.StartTimeout, time.GetUtcNow(), DateTimeOffset.MinValue);
        var patience = PostgresConnection.WithTimeout(connectionString, (int)Math.Ceiling(limit.TotalSeconds));
        var retry = new Retry(Backoff.Default) { Patience = limit, IsPassing = IsPassing, Failed = SayWaiting };
        try
        {
            await retry.Run(
                nameof(PostgresStore), () => PostgresSchema.Apply(patience, logger, cancellation), time, cancellation);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            // The driver does not always report a cancellation as one.
            cancellation.ThrowIfCancellationRequested();
            throw new SettingException($"ConnectionStrings__Postgres: {Description} "
                + (IsPassing(e) ? $"did not answer within {limit.TotalSeconds} s" : "cannot be used")
                + $": {StorageFault.Words(e)}.");
        }

        static bool IsPassing(Exception exception) => exception is NpgsqlException { IsTransient: true } or TimeoutException;

        void SayWaiting(Exception exception)
        {
            var now = time.GetUtcNow();
            if (now - saidAt <= BetweenWords)
                return;
            saidAt = now;
            logger.PostgresWaiting(Description, StorageFault.Words(exception), (int)(began + limit - now).TotalSeconds);
        }
    }

    public Task Close() => lanes.Close();

    public Task Probe() => lanes.Write(new ProbeWrite(_probe));

    public Task<int> PurgeCalls(DateTimeOffset before, int limit, CancellationToken cancellation) => Run(
        """
        DELETE FROM calls WHERE call_id = ANY (ARRAY(
            SELECT call_id FROM calls WHERE created_at < $1 AND modified_at < $1 ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED))
        """,
        cancellation, before.UtcDateTime, limit);

    public Task<int> PurgeHistory(DateTimeOffset before, int limit, CancellationToken cancellation) => Run(
        """
        DELETE FROM call_sessions WHERE call_id = ANY (ARRAY(
            SELECT call_id FROM call_sessions WHERE ended_at < $1 ORDER BY ended_at, call_id LIMIT $2 FOR UPDATE SKIP LOCKED))
        """,
        cancellation, before.UtcDateTime, limit);

    // One range of hashes per purge; the index of identities starts with the hash.
    public Task<int> PurgeUnknownUsers(DateTimeOffset before, CancellationToken cancellation)
    {
        const long part = (1L << 32) / UserParts;
        var from = int.MinValue + (_usersPart * part);
        _usersPart = (_usersPart + 1) % UserParts;
        return Run(
            """
            DELETE FROM orleansstorage WHERE grainidhash BETWEEN $1 AND $2 AND graintypestring LIKE 'users/user%' AND modifiedon < $3
                AND json_array_length(convert_from(payloadbinary, 'UTF8')::json -> 'tokens') = 0
                AND json_array_length(convert_from(payloadbinary, 'UTF8')::json -> 'settings' -> 'blocked') = 0
                AND convert_from(payloadbinary, 'UTF8')::json -> 'settings' ->> 'doNotDisturb' = 'false'
                AND convert_from(payloadbinary, 'UTF8')::json -> 'settings' ->> 'callWaiting' = 'false'
                AND convert_from(payloadbinary, 'UTF8')::json ->> 'ackedUpTo' IS NULL
                AND convert_from(payloadbinary, 'UTF8')::json ->> 'lastSeen' IS NULL
            """,
            cancellation, (int)from, (int)Math.Min(int.MaxValue, from + part - 1), before.UtcDateTime);
    }

    private async Task<int> Run(string sql, CancellationToken cancellation, params object[] values)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await command.ExecuteNonQueryAsync(cancellation);
    }
}
