using Npgsql;

namespace OrleansCalls.Tests.Storage;

/// <summary>Locks the tables that calls write, so that writes pile up until it is disposed of.</summary>
internal sealed class HeldTables : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;

    private HeldTables(NpgsqlConnection connection) => _connection = connection;

    internal static async Task<HeldTables> Hold(string database)
    {
        var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "BEGIN; LOCK TABLE calls, open_calls, call_sessions IN ACCESS EXCLUSIVE MODE", connection);
        await command.ExecuteNonQueryAsync();
        return new HeldTables(connection);
    }

    public async ValueTask DisposeAsync()
    {
        await using (var command = new NpgsqlCommand("ROLLBACK", _connection))
            await command.ExecuteNonQueryAsync();
        await _connection.DisposeAsync();
    }
}
