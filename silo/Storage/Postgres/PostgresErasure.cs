using System.Text;
using Npgsql;
using NpgsqlTypes;
using OrleansCalls.History;

namespace OrleansCalls.Silo.Storage.Postgres;

/// <summary>Erases a user from a number of past calls, in one transaction.</summary>
internal static class PostgresErasure
{
    internal static async Task<HistoryErasure> Run(
        string connectionString, string userId, string alias, int limit, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var calls = await CallsOf(connection, userId, limit, cancellation);
        if (calls.Count == 0)
            return new HistoryErasure();
        var ids = Texts(calls.Select(ended => ended.Call.CallId));
        await Run(
            connection, "DELETE FROM call_participants WHERE user_id = $1 AND call_id = ANY ($2)",
            cancellation, Text(userId), ids);
        var deleted = await Run(
            connection,
            """
            DELETE FROM call_sessions s
            WHERE s.call_id = ANY ($1) AND NOT EXISTS (SELECT 1 FROM call_participants p WHERE p.call_id = s.call_id)
            """,
            cancellation, ids.Clone());
        var without = calls.Select(ended => Erasure.Of(ended, userId, alias)).ToList();
        var anonymized = await Run(
            connection,
            """
            UPDATE call_sessions s SET
                caller_id = without.caller_id, ended_by = without.ended_by, call = without.call::json, timeline = without.timeline::json
            FROM unnest($1, $2, $3, $4, $5) AS without (call_id, caller_id, ended_by, call, timeline) WHERE s.call_id = without.call_id
            """,
            cancellation,
            Texts(without.Select(ended => ended.Call.CallId)),
            Texts(without.Select(ended => ended.Call.Caller.Id)),
            Texts(without.Select(ended => ended.Call.EndedBy)),
            Texts(without.Select(ended => Encoding.UTF8.GetString(HistoryRecord.Json(ended.Call)))),
            Texts(
                without.Select(
                    ended => TimelineRecord.Write(ended.Timeline) is { } timeline ? Encoding.UTF8.GetString(timeline) : null)));
        await transaction.CommitAsync(cancellation);
        return new HistoryErasure { Anonymized = anonymized, Deleted = deleted };
    }

    // Locked, and in one order: when both users of a call are erased at once, the second erasure reads the result of the first.
    private static async Task<List<EndedCall>> CallsOf(
        NpgsqlConnection connection, string userId, int limit, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT s.call, s.timeline FROM call_participants p JOIN call_sessions s ON s.call_id = p.call_id
            WHERE p.user_id = $1 ORDER BY p.call_id LIMIT $2 FOR UPDATE OF s
            """,
            connection);
        command.Parameters.Add(Text(userId));
        command.Parameters.Add(new NpgsqlParameter { Value = limit });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<EndedCall> calls = [];
        while (await reader.ReadAsync(cancellation))
            calls.Add(PostgresCallHistory.Ended(reader));
        return calls;
    }

    private static async Task<int> Run(
        NpgsqlConnection connection, string sql, CancellationToken cancellation, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    private static NpgsqlParameter Text(string value) => new() { NpgsqlDbType = NpgsqlDbType.Text, Value = value };

    private static NpgsqlParameter Texts(IEnumerable<string?> values) =>
        new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text, Value = values.ToArray() };
}
