using System.Collections.Immutable;

namespace OrleansCalls.Silo.Storage.Sqlite;

/// <summary>The open calls in SQLite.</summary>
internal sealed class SqliteOpenCalls(SqliteStore store) : IOpenCallIndex
{
    public Task<ImmutableArray<string>> List(int limit) => Ids("SELECT call_id FROM open_calls LIMIT $1", limit);

    /// <summary>
    /// Reads the newest calls by id: the ids that this service creates increase with time, those of apps may not.
    /// </summary>
    internal static string NewestSql(int limit) =>
        $"""
         SELECT o.call_id FROM (SELECT call_id FROM open_calls ORDER BY call_id DESC LIMIT {IOpenCallIndex.MostLookedAt}) AS o
         ORDER BY (SELECT g.created FROM grain_state g WHERE g.storage = 'calls' AND g.name = 'call' AND g.grain = 'call/' || o.call_id) DESC,
             o.call_id DESC
         LIMIT {limit}
         """;

    public Task<ImmutableArray<string>> Newest(int limit) => Ids(NewestSql(limit));

    public Task<ImmutableArray<string>> Due(DateTimeOffset now, int limit) => Ids(
        "SELECT call_id FROM open_calls WHERE wake_at <= $1 ORDER BY wake_at LIMIT $2", now.ToUnixTimeMilliseconds(), limit);

    /// <summary>Writes the index row of one call, within the transaction that writes the call; null deletes it.</summary>
    internal static void Set(SqliteSession session, string callId, DateTimeOffset? wakeAt)
    {
        if (wakeAt is null)
        {
            session.Run("DELETE FROM open_calls WHERE call_id = $1", callId);
            return;
        }

        session.Run(
            "INSERT INTO open_calls (call_id, wake_at) VALUES ($1, $2) ON CONFLICT (call_id) DO UPDATE SET wake_at = excluded.wake_at WHERE wake_at <> excluded.wake_at",
            callId, wakeAt.Value.ToUnixTimeMilliseconds());
    }

    private Task<ImmutableArray<string>> Ids(string sql, params object[] values) => store.ReadAside(session =>
    {
        using var reader = session.Prepared(sql, values).ExecuteReader();
        var ids = ImmutableArray.CreateBuilder<string>();
        while (reader.Read())
            ids.Add(reader.GetString(0));
        return ids.DrainToImmutable();
    });
}
