using System.Collections.Immutable;
using Npgsql;

namespace OrleansCalls.Silo.Storage.Postgres;

/// <summary>The open calls in PostgreSQL; written with the calls themselves (<see cref="PostgresStatements"/>).</summary>
internal sealed class PostgresOpenCalls(string connectionString) : IOpenCallIndex
{
    public Task<ImmutableArray<string>> List(int limit) => DatabaseFault.Translated(Ids("SELECT call_id FROM open_calls LIMIT $1", limit));

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
