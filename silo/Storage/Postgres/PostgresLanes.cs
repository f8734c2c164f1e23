using Microsoft.Extensions.Logging;

namespace OrleansCalls.Silo.Storage.Postgres;

/// <summary>
/// The two connections over which calls are read and written. Reads do not wait for commits. A second connection for writes would
/// not help: it halves the batches, and commits wait for the same disk.
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

    /// <summary>Batches that have been read so far: round trips.</summary>
    internal long BatchesRead => _reads.Batches;

    /// <summary>Batches that have been written so far: round trips, and transactions.</summary>
    internal long BatchesWritten => _writes.Batches;

    /// <summary>The call's row, if there is one.</summary>
    /// <exception cref="StorageUnavailableException">The database is away, behind, or closed.</exception>
    /// <exception cref="OrleansException">The database does not take it.</exception>
    internal Task<CallRow?> Read(CallRead read)
    {
        _reads.Add(read);
        return read.Done;
    }

    /// <summary>
    /// Done when it is committed; false when the row was not the one that was to be replaced. The
    /// writes of a row keep their order.
    /// </summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    internal Task<bool> Write(PostgresWrite write)
    {
        _writes.Add(write);
        return write.Done;
    }

    /// <summary>Takes no more, does what is waiting, closes the connections.</summary>
    internal Task Close() => Task.WhenAll(_reads.Close(), _writes.Close());

    /// <summary>For a host that failed on its way up and so never stops in order.</summary>
    public async ValueTask DisposeAsync() => await Close();
}
