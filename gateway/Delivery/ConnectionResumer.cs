using System.Threading.Channels;

namespace OrleansCalls.Gateway.Delivery;

/// <summary>Connections that may have missed something, with what they had seen when that was found out.</summary>
public sealed class ResumeQueue
{
    private readonly Channel<(ClientConnection Connection, IReadOnlyDictionary<string, long> Seen)> _waiting =
        Channel.CreateUnbounded<(ClientConnection, IReadOnlyDictionary<string, long>)>();

    /// <summary>What waits.</summary>
    public ChannelReader<(ClientConnection Connection, IReadOnlyDictionary<string, long> Seen)> Waiting => _waiting.Reader;

    /// <summary>
    /// Adds one. What it has seen is looked at now: events that come while it waits must not hide those that were lost before.
    /// </summary>
    public void Add(ClientConnection connection) => _waiting.Writer.TryWrite((connection, connection.Seen));
}

/// <summary>
/// Puts devices back into their calls after their users' grains have lost sight of them, without a reconnect: a silo that dies must not
/// cost a third of all sockets.
/// </summary>
public sealed class ConnectionResumer(ResumeQueue queue, ConnectionOpener opener, ILogger<ConnectionResumer> log) : BackgroundService
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
            // The process stops.
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
            // Its own reconnect does the same, wherever it lands.
            GatewayLog.OpenFailed(log, exception, connection.Lease.ConnectionId, connection.Actor.UserId);
            connection.Close(mayReconnect: true);
        }
    }
}
