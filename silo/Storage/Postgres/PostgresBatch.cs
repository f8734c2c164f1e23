using Npgsql;

namespace OrleansCalls.Silo.Storage.Postgres;

/// <summary>Requests that go to the server together: one statement for each kind, one round trip, one transaction.</summary>
internal sealed class PostgresBatch
{
    /// <summary>More would gain little and make the last one wait for all the others.</summary>
    private const int MaximumCount = 256;

    /// <summary>Bytes after which no more is added.</summary>
    private const int MaximumSize = 4 << 20;

    private readonly List<PostgresRequest> _requests = [];
    private readonly HashSet<string> _rows = new(StringComparer.Ordinal);
    private int _size;

    internal IReadOnlyList<PostgresRequest> Requests => _requests;

    /// <summary>
    /// Adds a request unless the batch is full, or has one of the same row: a statement sees a row once, and the
    /// later one must not be overtaken.
    /// </summary>
    internal bool TryAdd(PostgresRequest request)
    {
        if (_requests.Count == MaximumCount || _size >= MaximumSize || !_rows.Add(request.CallId))
            return false;
        _requests.Add(request);
        _size += request.Size;
        return true;
    }

    internal void Clear()
    {
        _requests.Clear();
        _rows.Clear();
        _size = 0;
    }

    /// <summary>Does all of it or nothing; gives the rows that were read, or were the ones that were to be replaced.</summary>
    internal static async Task<Dictionary<string, CallRow>> Run(
        NpgsqlConnection connection, IEnumerable<PostgresRequest> requests)
    {
        await using var batch = new NpgsqlBatch(connection);
        var kinds = requests.ToLookup(request => request.Statement);
        foreach (var statement in PostgresStatements.InOrder)
        {
            // In the order of their ids: two batches that meet in the same rows do not wait for each other in a circle.
            if (kinds[statement].OrderBy(request => request.CallId, StringComparer.Ordinal).ToList() is { Count: > 0 } some)
                batch.BatchCommands.Add(statement.Of(some));
        }

        Dictionary<string, CallRow> rows = new(StringComparer.Ordinal);
        await using var reader = await batch.ExecuteReaderAsync();
        do
        {
            while (await reader.ReadAsync())
                rows[reader.GetString(0)] = reader.FieldCount == 1
                    ? CallRow.Written
                    : new(reader.GetInt32(1), reader.GetFieldValue<byte[]>(2));
        }
        while (await reader.NextResultAsync()); // the last one waits for the commit
        return rows;
    }
}
