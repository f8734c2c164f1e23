namespace OrleansCalls.Gateway.Operations;

/// <summary>The state of this process' drain.</summary>
public sealed class DrainState : IDisposable
{
    private static readonly TimeSpan Elsewhere = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _begun = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource? _idle;
    private int _hubRequests;
    private volatile bool _draining;
    private volatile bool _left;

    /// <summary>
    /// True once the process drains: it refuses new connections and is not ready. Commands of connected clients, including new
    /// calls, still run: a call lives in its grain, and its parties reconnect through another process.
    /// </summary>
    public bool IsDraining => _draining;

    /// <summary>Fires when the drain begins.</summary>
    public CancellationToken Begun => _begun.Token;

    /// <summary>True once leases are released and must not be renewed.</summary>
    public bool HasLeft => _left;

    /// <summary>Refuses a new connection while draining.</summary>
    /// <exception cref="CallException"><c>unavailable</c>: this process is draining.</exception>
    public void Refuse()
    {
        if (_draining)
            throw CallException.Unavailable("This server is going away; connect again.", Elsewhere);
    }

    /// <summary>Begins the drain, which cannot be undone.</summary>
    public void Begin()
    {
        _draining = true;
        _begun.Cancel();
    }

    /// <summary>Counts a request of a hub connection; a WebSocket is one request until it closes.</summary>
    internal void Enter()
    {
        lock (_lock)
            _hubRequests++;
    }

    /// <summary>The request has ended.</summary>
    internal void Exit()
    {
        lock (_lock)
        {
            if (--_hubRequests == 0)
                _idle?.TrySetResult();
        }
    }

    /// <summary>Completes when no request of a hub connection is open.</summary>
    internal Task WhenIdle()
    {
        lock (_lock)
        {
            _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_hubRequests == 0)
                _idle.SetResult();
            return _idle.Task;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _begun.Dispose();

    /// <summary>Ends the window for clients that are still connected.</summary>
    public void Leave() => _left = true;
}

/// <summary>
/// Graceful shutdown: refuse new connections, ask clients to reconnect at a random moment within the window, close those that
/// stay, and release the leases. SignalR itself would drop all sockets as soon as the process begins to stop.
/// </summary>
internal sealed class DrainService(
    IHostApplicationLifetime lifetime, DrainState state, ConnectionRegistry registry, IGrainFactory grains,
    GatewayOptions options,
    TimeProvider time, ILogger<DrainService> log) : IHostedService, IDisposable
{
    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(2);

    // For clients that do not respond to a close frame.
    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(2);

    private CancellationTokenRegistration _registration;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Callbacks run in reverse order of registration, and SignalR registered when its hub was mapped. Only a blocking
        // callback delays the shutdown; hosted services are stopped after SignalR has dropped its sockets.
        _registration = lifetime.ApplicationStopping.Register(() => Drain().GetAwaiter().GetResult());
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _registration.Dispose();

    private async Task Drain()
    {
        state.Begin();
        if (registry.Count == 0)
            return;
        try
        {
            GatewayLog.Draining(log, registry.Count, options.Drain.TotalSeconds);
            foreach (var connection in registry.All)
            {
                // The last tenth of the window is left for clients that reconnect late.
                var afterMs = (int)(StableHash.Fraction(connection.Lease.ConnectionId) * options.Drain.TotalMilliseconds * 0.9);
                connection.Enqueue(new Outgoing.Reconnect(new ReconnectView(afterMs)));
            }

            await Task.WhenAny(registry.WhenEmpty(), Task.Delay(options.Drain, time));
            GatewayLog.Drained(log, registry.Count);
            state.Leave();
            await Task.WhenAny(DropLeases(), Task.Delay(LeaseTime, time));
            // SignalR aborts open connections when the process stops; a requested close first sends a close message.
            foreach (var connection in registry.All)
                connection.Close(mayReconnect: true);
            await Task.WhenAny(state.WhenIdle(), Task.Delay(CloseTime, time));
        }
        catch (Exception exception)
        {
            // The process must stop in any case.
            GatewayLog.DrainFailed(log, exception);
        }
    }

    private Task DropLeases() => Parallel.ForEachAsync(
        registry.All, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (connection, _) =>
        {
            try
            {
                await grains.GetUser(connection.Actor.UserId).Disconnect(connection.Lease.ConnectionId);
            }
            catch (Exception exception)
            {
                GatewayLog.DisconnectFailed(log, exception, connection.Lease.ConnectionId, connection.Actor.UserId);
            }
        });
}
