using Microsoft.Extensions.Logging;

namespace OrleansCalls.Silo.Storage.Postgres;

/// <summary>
/// The two connections through which calls are read and written. Reads do not wait for commits. A second connection for writes
/// would not help: it halves the batches, and all commits wait for the same disk.
/// </summary>
internal sealed class PostgresLanes : IAsyncDisposable
{
    private readonly PostgresLane _reads;
    private readonly PostgresLane _writes;

    internal PostgresLanes(string connectionString, ILogger<PostgresLanes> logger)
    {
        var own = PostgresConnection.ForLane(connectionString);
        _reads = new PostgresLane(own, logger);
        _writes = new PostgresLane(own, logger);
    }

    /// <summary>Batches of reads so far: round trips.</summary>
    internal long BatchesRead => _reads.Batches;

    /// <summary>Batches of writes so far: round trips, and transactions.</summary>
    internal long BatchesWritten => _writes.Batches;

    /// <summary>Returns the call's row; null if there is none.</summary>
    /// <exception cref="StorageUnavailableException">The database is unavailable, overloaded or closed.</exception>
    /// <exception cref="OrleansException">The database rejects the request.</exception>
    internal Task<CallRow?> Read(CallRead read)
    {
        _reads.Add(read);
        return read.Done;
    }

    /// <summary>
    /// Completes when the write is committed. Returns false on a version conflict. The order of a row's writes is kept.
    /// </summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    internal Task<bool> Write(PostgresWrite write)
    {
        _writes.Add(write);
        return write.Done;
    }

    /// <summary>Rejects new requests, completes the pending ones and closes the connections.</summary>
    internal Task Close() => Task.WhenAll(_reads.Close(), _writes.Close());

    /// <summary>Covers a host that failed to start and so never stops in order.</summary>
    public async ValueTask DisposeAsync() => await Close();
}
