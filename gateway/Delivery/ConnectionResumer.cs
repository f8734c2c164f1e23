using System.Threading.Channels;

namespace OrleansCalls.Gateway.Delivery;

/// <summary>
/// The queue of connections that may have missed events, each with the events it had seen when it was queued.
/// </summary>
public sealed class ResumeQueue
{
    private readonly Channel<(ClientConnection Connection, IReadOnlyDictionary<string, long> Seen)> _waiting =
        Channel.CreateUnbounded<(ClientConnection, IReadOnlyDictionary<string, long>)>();

    /// <summary>The queued connections.</summary>
    public ChannelReader<(ClientConnection Connection, IReadOnlyDictionary<string, long> Seen)> Waiting => _waiting.Reader;

    /// <summary>The number of queued connections.</summary>
    public int Count => _waiting.Reader.Count;

    /// <summary>
    /// Queues a connection. The events it has seen are recorded now: later events must not hide those that were lost before.
    /// </summary>
    public void Add(ClientConnection connection) => _waiting.Writer.TryWrite((connection, connection.Seen.Open));
}

/// <summary>
/// Resumes connections after their users' grains were lost, without a reconnect: otherwise the loss of one of three silos would
/// reset a third of all sockets.
/// </summary>
public sealed class ConnectionResumer(ResumeQueue queue, ConnectionOpener opener, ILogger<ConnectionResumer> log)
    : BackgroundService
{
    private const int AtOnce = 32;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Parallel.ForEachAsync(
                queue.Waiting.ReadAllAsync(stoppingToken),
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stoppingToken },
                async (waiting, cancellation) => await Resume(waiting.Connection, waiting.Seen, cancellation));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task Resume(ClientConnection connection, IReadOnlyDictionary<string, long> seen, CancellationToken cancellation)
    {
        if (connection.IsClosed)
            return;
        try
        {
            await opener.Resume(connection, seen, cancellation);
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            // The client's own reconnect does the same, on any gateway.
            GatewayLog.OpenFailed(log, exception, connection.Lease.ConnectionId, connection.Actor.UserId);
            connection.Close(mayReconnect: true);
        }
    }
}
