using Npgsql;

namespace OrleansCalls.Silo.Storage.Postgres;

/// <summary>Requests sent together: one statement per kind, one round trip, one transaction.</summary>
internal sealed class PostgresBatch
{
    /// <summary>A larger batch would gain little and delay its last request.</summary>
    private const int MaximumCount = 256;

    /// <summary>No request is added above this number of bytes.</summary>
    private const int MaximumSize = 4 << 20;

    private readonly List<PostgresRequest> _requests = [];
    private readonly HashSet<string> _rows = new(StringComparer.Ordinal);
    private int _size;

    internal IReadOnlyList<PostgresRequest> Requests => _requests;

    /// <summary>
    /// Adds a request. Returns false if the batch is full or has a request for the same row. A statement processes a row once,
    /// and the order of a row's requests must be kept.
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

    /// <summary>
    /// Runs the batch atomically. Returns the rows that were read, or whose write matched its expected version.
    /// </summary>
    internal static async Task<Dictionary<string, CallRow>> Run(
        NpgsqlConnection connection, IEnumerable<PostgresRequest> requests)
    {
        await using var batch = new NpgsqlBatch(connection);
        var kinds = requests.ToLookup(request => request.Statement);
        foreach (var statement in PostgresStatements.InOrder)
        {
            // Ordered by id, so that two batches with common rows cannot deadlock.
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
        while (await reader.NextResultAsync()); // the last call waits for the commit
        return rows;
    }
}
