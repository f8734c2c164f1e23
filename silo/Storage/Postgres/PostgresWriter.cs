using System.Data;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace OrleansCalls.Silo.Storage.Postgres;

/// <summary>
/// What writes all that calls write, over one connection and one round trip at a time. What comes while one is under way goes with the
/// next together, so that many calls share a round trip and a commit; a lone write goes at once. A second connection would not help:
/// it halves the batches, and commits wait for the same disk.
/// </summary>
internal sealed class PostgresWriter : IAsyncDisposable
{
    /// <summary>Writes that may wait. Beyond this the database has lost the race for good, and saying so beats growing.</summary>
    private const int MaximumWaiting = 16_384;

    private readonly Channel<PostgresWrite> _queue =
        Channel.CreateBounded<PostgresWrite>(new BoundedChannelOptions(MaximumWaiting) { SingleReader = true });

    private readonly string _connectionString;
    private readonly ILogger _logger;
    private readonly Task _ended;
    private NpgsqlConnection? _connection;
    private long _batches;
    private volatile bool _closed;

    internal PostgresWriter(string connectionString, ILogger<PostgresWriter> logger)
    {
        _connectionString = PostgresConnection.ForWriter(connectionString);
        _logger = logger;
        _ended = Task.Run(Loop);
    }

    /// <summary>Batches committed so far: round trips, and transactions.</summary>
    internal long Batches => Interlocked.Read(ref _batches);

    /// <summary>
    /// Done when it is committed; false when the row was not the one that was to be replaced. The writes of a row keep their order.
    /// </summary>
    /// <exception cref="StorageUnavailableException">The database is away, behind, or closed.</exception>
    /// <exception cref="OrleansException">The database does not take it.</exception>
    internal Task<bool> Write(PostgresWrite write)
    {
        if (!_queue.Writer.TryWrite(write))
            throw new StorageUnavailableException(_closed ? "The database is closed." : "The database takes writes more slowly than they come.");
        return write.Done;
    }

    /// <summary>Takes no more, writes what is waiting, closes the connection.</summary>
    internal async Task Close()
    {
        _closed = true;
        _queue.Writer.TryComplete();
        await _ended;
    }

    /// <summary>For a host that failed on its way up and so never stops in order.</summary>
    public async ValueTask DisposeAsync() => await Close();

    private async Task Loop()
    {
        var batch = new PostgresBatch();
        while (await _queue.Reader.WaitToReadAsync())
        {
            while (_queue.Reader.TryPeek(out var next) && batch.TryAdd(next))
                _queue.Reader.TryRead(out _);
            await Commit(batch.Writes);
            batch.Clear();
        }

        await Disconnect();
    }

    private async Task Commit(IReadOnlyList<PostgresWrite> writes)
    {
        var failure = await Try(writes);
        if (failure is null)
            return;
        if (writes.Count == 1 || DatabaseFault.IsOutage(failure))
        {
            await Fail(writes, failure);
            return;
        }

        // Nothing of it is written. What the server, or the driver, does not take must not take the others with it.
        for (var i = 0; i < writes.Count; i++)
        {
            failure = await Try([writes[i]]);
            if (failure is null)
                continue;
            var isOutage = DatabaseFault.IsOutage(failure);
            await Fail(isOutage ? writes.Skip(i) : [writes[i]], failure);
            if (isOutage)
                return;
        }
    }

    private async Task<Exception?> Try(IReadOnlyList<PostgresWrite> writes)
    {
        try
        {
            var written = await PostgresBatch.Run(await Connection(), writes);
            Interlocked.Increment(ref _batches);
            foreach (var write in writes)
                write.Succeed(written.Contains(write.CallId));
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    /// <summary>
    /// Whether a commit that failed has landed nobody knows. With the database away, who waits has waited long enough: each batch of
    /// them would only find the same.
    /// </summary>
    private async Task Fail(IEnumerable<PostgresWrite> writes, Exception failure)
    {
        var failed = writes.ToList();
        if (DatabaseFault.IsOutage(failure))
        {
            while (_queue.Reader.TryRead(out var waiting))
                failed.Add(waiting);
            await Disconnect();
        }

        _logger.PostgresWritesFailed(failure, failed.Count);
        foreach (var write in failed)
            write.Fail(DatabaseFault.Of(failure));
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
