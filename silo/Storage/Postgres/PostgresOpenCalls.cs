using System.Collections.Immutable;
using Npgsql;

namespace OrleansCalls.Silo.Storage.Postgres;

/// <summary>The open calls in PostgreSQL, written with the calls themselves (<see cref="PostgresStatements"/>).</summary>
internal sealed class PostgresOpenCalls(string connectionString) : IOpenCallIndex
{
    public Task<ImmutableArray<string>> List(int limit) =>
        DatabaseFault.Translated(Ids("SELECT call_id FROM open_calls LIMIT $1", limit));

    /// <summary>
    /// Reads the newest calls by id: the ids that this service creates increase with time, those of apps may not.
    /// </summary>
    internal static string NewestSql(int limit) =>
        $"""
         SELECT o.call_id FROM (SELECT call_id FROM open_calls ORDER BY call_id DESC LIMIT {IOpenCallIndex.MostLookedAt}) AS o
         ORDER BY (SELECT c.created_at FROM calls c WHERE c.call_id = o.call_id) DESC NULLS LAST, o.call_id DESC LIMIT {limit}
         """;

    public Task<ImmutableArray<string>> Newest(int limit) => DatabaseFault.Translated(Ids(NewestSql(limit)));

    public Task<ImmutableArray<string>> Due(DateTimeOffset now, int limit) => DatabaseFault.Translated(Ids(
        "SELECT call_id FROM open_calls WHERE wake_at <= $1 ORDER BY wake_at LIMIT $2", now.UtcDateTime, limit));

    private async Task<ImmutableArray<string>> Ids(string sql, params object[] values)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await using var reader = await command.ExecuteReaderAsync();
        var ids = ImmutableArray.CreateBuilder<string>();
        while (await reader.ReadAsync())
            ids.Add(reader.GetString(0));
        return ids.DrainToImmutable();
    }
}
