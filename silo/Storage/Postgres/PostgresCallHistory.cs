using Npgsql;
using OrleansCalls.History;

namespace OrleansCalls.Silo.Storage.Postgres;

/// <summary>Past calls in PostgreSQL.</summary>
internal sealed class PostgresCallHistory(string connectionString, PostgresLanes lanes) : ICallHistory
{
    public Task Write(CallSession session, CancellationToken cancellation = default) =>
        lanes.Write(new HistoryWrite(session)).WaitAsync(cancellation);

    public Task<HistoryErasure> Erase(string userId, string alias, int limit, CancellationToken cancellation = default) =>
        PostgresErasure.Run(connectionString, userId, alias, limit, cancellation);

    public Task<HistoryPage> ForUser(string userId, HistoryQuery query, CancellationToken cancellation = default) => Page(
        $"""
         SELECT s.call, p.outcome, p.ended_at, p.call_id, p.quality
         FROM call_participants p JOIN call_sessions s ON s.call_id = p.call_id
         WHERE p.user_id = $4 AND (p.ended_at, p.call_id) < ($1, $2) {(query.MissedOnly ? "AND p.outcome = 'missed'" : "")}
         ORDER BY p.ended_at DESC, p.call_id DESC LIMIT $3
         """,
        query, [userId], cancellation);

    public Task<HistoryPage> ForAll(HistoryQuery query, CancellationToken cancellation = default) => Page(
        $"""
         SELECT s.call, p.outcome, s.ended_at, s.call_id, p.quality
         FROM call_sessions s LEFT JOIN call_participants p ON p.call_id = s.call_id AND p.is_caller
         WHERE (s.ended_at, s.call_id) < ($1, $2) {(query.MissedOnly
             ? "AND EXISTS (SELECT 1 FROM call_participants m WHERE m.call_id = s.call_id AND m.outcome = 'missed')" : "")}
         ORDER BY s.ended_at DESC, s.call_id DESC LIMIT $3
         """,
        query, [], cancellation);

    private async Task<HistoryPage> Page(string sql, HistoryQuery query, object[] more, CancellationToken cancellation)
    {
        var limit = HistoryRecord.Limit(query);
        var from = HistoryCursor.Parse(query.Before);
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in (object[])[Time(from), from.CallId, limit + 1, .. more])
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<(PastCall, HistoryCursor)> rows = [];
        while (await reader.ReadAsync(cancellation))
        {
            var endedAt = new DateTimeOffset(reader.GetDateTime(2)).ToUnixTimeMilliseconds();
            var outcome = await reader.IsDBNullAsync(1, cancellation) ? null : reader.GetString(1);
            var quality = await reader.IsDBNullAsync(4, cancellation) ? null : reader.GetString(4);
            rows.Add((HistoryRecord.Read(reader.GetFieldValue<byte[]>(0), outcome, quality), new HistoryCursor(endedAt, reader.GetString(3))));
        }

        return HistoryRecord.Page(rows, limit);
    }

    /// <summary>The newest cursor lies after every time there is; Npgsql writes the last DateTime as infinity.</summary>
    private static DateTime Time(HistoryCursor cursor) =>
        cursor == HistoryCursor.Newest
            ? DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc)
            : DateTimeOffset.FromUnixTimeMilliseconds(cursor.EndedAt).UtcDateTime;
}
