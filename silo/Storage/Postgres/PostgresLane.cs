using System.Data;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace OrleansCalls.Silo.Storage.Postgres;

/// <summary>
/// Sends requests over one connection, one round trip at a time. Requests that arrive during a round trip form the next batch and
/// share its commit; a lone request is sent immediately.
/// </summary>
internal sealed class PostgresLane
{
    /// <summary>The capacity of the queue. A fuller queue would only delay the rejection: the database is overloaded.</summary>
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

    /// <summary>Committed batches: round trips, and transactions.</summary>
    internal long Batches => Interlocked.Read(ref _batches);

    /// <summary>Enqueues a request. The order of a row's requests is kept.</summary>
    /// <exception cref="StorageUnavailableException">The queue is full, or the lane is closed.</exception>
    internal void Add(PostgresRequest request)
    {
        if (!_queue.Writer.TryWrite(request))
            throw new StorageUnavailableException(
                _closed ? "The database is closed." : "The database does less than it is asked for.");
    }

    /// <summary>Rejects new requests, completes the pending ones and closes the connection.</summary>
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

        // Nothing of the batch is written. A request that the server or the driver rejects must not fail the others.
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
            // Also after a rejection by the server: the driver may assume that a statement is prepared, and then misread the
            // responses to the next one (npgsql/npgsql#6391).
            await Disconnect();
            return e;
        }
    }

    /// <summary>
    /// Fails requests whose commit failed and may have landed. In an outage all pending requests fail too, since their batches
    /// would fail the same way.
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
            // A plan made while a table was small scans all of it, and is still used when the table has grown.
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
