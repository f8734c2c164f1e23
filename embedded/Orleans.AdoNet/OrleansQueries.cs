using System.Data;
using Npgsql;

namespace Orleans.Storage;

/// <summary>The statements that the database itself holds in <c>OrleansQuery</c>, read once, and how they are run.</summary>
internal sealed class OrleansQueries(string invariant, string? connectionString)
{
    private readonly string _connectionString = invariant == "Npgsql" && !string.IsNullOrEmpty(connectionString)
        ? connectionString
        : throw new NotSupportedException("This stand-in for Orleans' ADO.NET providers speaks with PostgreSQL only (Invariant 'Npgsql').");

    private IReadOnlyDictionary<string, string>? _statements;

    /// <summary>Runs the statement under <paramref name="key"/> and reads all of its rows.</summary>
    internal async Task<List<T>> Read<T>(string key, Func<IDataRecord, T> row, params (string Name, DbType Type, object? Value)[] parameters)
    {
        var statements = _statements ?? await Load();
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statements[key], connection);
        foreach (var (name, type, value) in parameters)
            command.Parameters.Add(new NpgsqlParameter { ParameterName = name, Value = value ?? DBNull.Value, DbType = type });
        await using var reader = await command.ExecuteReaderAsync();
        List<T> rows = [];
        while (await reader.ReadAsync())
            rows.Add(row(reader));
        return rows;
    }

    /// <summary>Two at once read the same; whichever comes last stays.</summary>
    private async Task<IReadOnlyDictionary<string, string>> Load()
    {
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT QueryKey, QueryText FROM OrleansQuery", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var statements = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await reader.ReadAsync())
            statements.Add(reader.GetString(0), reader.GetString(1));
        return _statements = statements;
    }
}
