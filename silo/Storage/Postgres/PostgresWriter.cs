using Microsoft.Extensions.Logging;

namespace OrleansCalls.Silo.Storage.Postgres;

/// <summary>
/// What writes all that calls write. Writes that come together go to the server together, so that many calls share one round
/// trip and one commit.
/// </summary>
internal sealed class PostgresWriter : IAsyncDisposable
{
    /// <summary>
    /// One lane has the fullest batches, and with them costs the least; the second goes on while the first waits for a disk or a lock.
    /// </summary>
    private const int Lanes = 2;

    private readonly PostgresLane[] _lanes;

    internal PostgresWriter(string connectionString, ILogger<PostgresWriter> logger)
    {
        var own = PostgresConnection.ForWriter(connectionString);
        _lanes = [.. Enumerable.Range(0, Lanes).Select(_ => new PostgresLane(own, logger))];
    }

    /// <summary>Batches committed so far: round trips, and transactions.</summary>
    internal long Batches => _lanes.Sum(lane => lane.Batches);

    /// <summary>
    /// Done when it is committed; false when the row was not the one that was to be replaced. The writes of one call keep their order.
    /// </summary>
    /// <exception cref="StorageUnavailableException">The database is away, behind, or closed.</exception>
    /// <exception cref="OrleansException">The database does not take it.</exception>
    internal Task<bool> Write(PostgresWrite write)
    {
        _lanes[(uint)write.CallId.GetHashCode(StringComparison.Ordinal) % Lanes].Add(write);
        return write.Done;
    }

    /// <summary>Takes no more, writes what is waiting, closes the connections.</summary>
    internal Task Close() => Task.WhenAll(_lanes.Select(lane => lane.Close()));

    /// <summary>For a host that failed on its way up and so never stops in order.</summary>
    public async ValueTask DisposeAsync() => await Close();
}
