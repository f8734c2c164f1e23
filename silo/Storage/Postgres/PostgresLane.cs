using System.Data;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace OrleansCalls.Silo.Storage.Postgres;

/// <summary>
/// Requests that go over one connection, one round trip at a time. What comes while one is under way goes with the next together,
/// so that many calls share a round trip and a commit; what comes alone goes at once.
/// </summary>
internal sealed class PostgresLane
{
    /// <summary>
    /// Requests that may wait. Beyond this the database has lost the race for good, and saying so beats growing.
    /// </summary>
    private const int MaximumWaiting = 16_384;

    private readonly Channel<PostgresRequest> _queue =
        Channel.CreateBounded<PostgresRequest>(new BoundedChannelOptions(MaximumWaiting) { SingleReader = true });

    private readonly string _connectionString;
    private readonly ILogger _logger;
    private readonly Task _ended;
    private NpgsqlConnection? _connection;
    private long _batches;
    private volatile bool _closed;

    internal PostgresLane(string connectionString, ILogger logger)
    {
        _connectionString = connectionString;
        _logger = logger;
        _ended = Task.Run(Loop);
    }

    /// <summary>Batches committed so far: round trips, and transactions.</summary>
    internal long Batches => Interlocked.Read(ref _batches);

    /// <summary>The requests for a row keep their order.</summary>
    /// <exception cref="StorageUnavailableException">The lane is full, or closed.</exception>
    internal void Add(PostgresRequest request)
    {
        if (!_queue.Writer.TryWrite(request))
            throw new StorageUnavailableException(
                _closed ? "The database is closed." : "The database does less than it is asked for.");
    }

    /// <summary>Takes no more, does what is waiting, closes the connection.</summary>
    internal async Task Close()
    {
        _closed = true;
        _queue.Writer.TryComplete();
        await _ended;
    }

    private async Task Loop()
    {
        var batch = new PostgresBatch();
        while (await _queue.Reader.WaitToReadAsync())
        {
            while (_queue.Reader.TryPeek(out var next) && batch.TryAdd(next))
                _queue.Reader.TryRead(out _);
            await Commit(batch.Requests);
            batch.Clear();
        }

        await Disconnect();
    }

    private async Task Commit(IReadOnlyList<PostgresRequest> requests)
    {
        var failure = await Try(requests);
        if (failure is null)
            return;
        if (requests.Count == 1 || DatabaseFault.IsOutage(failure))
        {
            Fail(requests, failure);
            return;
        }

        // Nothing of it is written. What the server, or the driver, does not take must not take the others with it.
        for (var i = 0; i < requests.Count; i++)
        {
            failure = await Try([requests[i]]);
            if (failure is null)
                continue;
            var isOutage = DatabaseFault.IsOutage(failure);
            Fail(isOutage ? requests.Skip(i) : [requests[i]], failure);
            if (isOutage)
                return;
        }
    }

    private async Task<Exception?> Try(IReadOnlyList<PostgresRequest> requests)
    {
        try
        {
            var rows = await PostgresBatch.Run(await Connection(), requests);
            Interlocked.Increment(ref _batches);
            foreach (var request in requests)
                request.Succeed(rows.GetValueOrDefault(request.CallId));
            return null;
        }
        catch (Exception e)
        {
            // Also where the server only refused: the driver may now take a statement for prepared that it knows too little of,
            // and lose its place in the answers to the next one (npgsql/npgsql#6391).
            await Disconnect();
            return e;
        }
    }

    /// <summary>
    /// Whether a commit that failed has landed nobody knows. With the database away, who waits has waited long enough: each batch
    /// of them would only find the same.
    /// </summary>
    private void Fail(IEnumerable<PostgresRequest> requests, Exception failure)
    {
        var failed = requests.ToList();
        if (DatabaseFault.IsOutage(failure))
        {
            while (_queue.Reader.TryRead(out var waiting))
                failed.Add(waiting);
        }

        _logger.PostgresRequestsFailed(failure, failed.Count);
        foreach (var request in failed)
            request.Fail(DatabaseFault.Of(failure));
    }

    private async Task<NpgsqlConnection> Connection()
    {
        if (_connection is { State: ConnectionState.Open } open)
            return open;
        await Disconnect();
        var connection = new NpgsqlConnection(_connectionString);
        try
        {
            await connection.OpenAsync();
            // A plan that was made while a table was small reads all of it, and is kept when it is small no more.
            await using var command = new NpgsqlCommand("SET enable_seqscan = off", connection);
            await command.ExecuteNonQueryAsync();
        }
        catch (Exception e)
        {
            await connection.DisposeAsync();
            throw DatabaseFault.Away(e);
        }

        return _connection = connection;
    }

    private async Task Disconnect()
    {
        if (_connection is not { } connection)
            return;
        _connection = null;
        await connection.DisposeAsync();
    }
}
