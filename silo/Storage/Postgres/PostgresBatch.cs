using Npgsql;

namespace OrleansCalls.Silo.Storage.Postgres;

/// <summary>Writes that go to the server together: one statement for each kind, one round trip, one transaction.</summary>
internal sealed class PostgresBatch
{
    /// <summary>More would gain little and make the last write wait for all the others.</summary>
    private const int MaximumWrites = 256;

    /// <summary>Bytes after which no more is added.</summary>
    private const int MaximumSize = 4 << 20;

    private readonly List<PostgresWrite> _writes = [];
    private readonly HashSet<(PostgresTable Table, string CallId)> _rows = [];
    private int _size;

    internal IReadOnlyList<PostgresWrite> Writes => _writes;

    /// <summary>
    /// Adds a write unless the batch is full, or has one of the same row: a statement sees a row once, and the later write must not
    /// be overtaken.
    /// </summary>
    internal bool TryAdd(PostgresWrite write)
    {
        if (_writes.Count == MaximumWrites || _size >= MaximumSize || !_rows.Add((write.Statement.Table, write.CallId)))
            return false;
        _writes.Add(write);
        _size += write.Size;
        return true;
    }

    internal void Clear()
    {
        _writes.Clear();
        _rows.Clear();
        _size = 0;
    }

    /// <summary>Writes all of it or nothing; gives the ids of the calls whose row was the one that was to be replaced.</summary>
    internal static async Task<HashSet<string>> Run(NpgsqlConnection connection, IEnumerable<PostgresWrite> writes)
    {
        await using var batch = new NpgsqlBatch(connection);
        var kinds = writes.ToLookup(write => write.Statement);
        foreach (var statement in PostgresStatements.InOrder)
        {
            // In the order of their ids: two batches that meet in the same rows do not wait for each other in a circle.
            if (kinds[statement].OrderBy(write => write.CallId, StringComparer.Ordinal).ToList() is { Count: > 0 } some)
                batch.BatchCommands.Add(statement.Of(some));
        }

        HashSet<string> written = new(StringComparer.Ordinal);
        await using var reader = await batch.ExecuteReaderAsync();
        do
        {
            while (await reader.ReadAsync())
                written.Add(reader.GetString(0));
        }
        while (await reader.NextResultAsync()); // the last one waits for the commit
        return written;
    }
}
