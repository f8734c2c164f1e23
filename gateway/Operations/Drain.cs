namespace OrleansCalls.Gateway.Operations;

/// <summary>Whether this process is on its way out.</summary>
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
    /// True: no new connections, not ready. Commands of those who are here are carried out to the end, new calls too: a call lives in its
    /// grain, and its parties come back to it by another process.
    /// </summary>
    public bool IsDraining => _draining;

    /// <summary>Fires when it begins.</summary>
    public CancellationToken Begun => _begun.Token;

    /// <summary>True: leases are given back, and must not be renewed any more.</summary>
    public bool HasLeft => _left;

    /// <summary>Sends a new connection to another process.</summary>
    /// <exception cref="CallException">This one is going: <c>unavailable</c>.</exception>
    public void Refuse()
    {
        if (_draining)
            throw CallException.Unavailable("This server is going away; connect again.", Elsewhere);
    }

    /// <summary>There is no way back.</summary>
    public void Begin()
    {
        _draining = true;
        _begun.Cancel();
    }

    /// <summary>A request of a hub connection begins; a WebSocket is one request until it is closed.</summary>
    internal void Enter()
    {
        lock (_lock)
            _hubRequests++;
    }

    /// <summary>It has ended, and with it what there was to send.</summary>
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

    /// <summary>Those who are still here have had their time.</summary>
    public void Leave() => _left = true;
}

/// <summary>
/// An orderly end: refuse newcomers, tell clients to come back at a random moment within the window, give those who stay a chance to
/// go, and drop their leases. SignalR itself would cut all sockets the moment that the process begins to stop.
/// </summary>
internal sealed class DrainService(
    IHostApplicationLifetime lifetime, DrainState state, ConnectionRegistry registry, IGrainFactory grains, GatewayOptions options,
    TimeProvider time, ILogger<DrainService> log) : IHostedService, IDisposable
{
    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(2);

    // For clients that do not answer a close frame; the others are gone at once.
    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(2);

    private CancellationTokenRegistration _registration;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // What is registered last runs first, and SignalR registered when its hub was mapped. Only a callback that blocks holds the
        // rest of the stopping back; hosted services are stopped after SignalR has closed its sockets.
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
                // The last tenth is left for those who come late to their moment.
                var afterMs = (int)(StableHash.Fraction(connection.Lease.ConnectionId) * options.Drain.TotalMilliseconds * 0.9);
                connection.Enqueue(new Outgoing.Reconnect(new ReconnectView(afterMs)));
            }

            await Task.WhenAny(registry.WhenEmpty(), Task.Delay(options.Drain, time));
            GatewayLog.Drained(log, registry.Count);
            state.Leave();
            await Task.WhenAny(DropLeases(), Task.Delay(LeaseTime, time));
            // SignalR cuts what is open when the process stops; a requested close comes with a close message, which has to go out first.
            foreach (var connection in registry.All)
                connection.Close(mayReconnect: true);
            await Task.WhenAny(state.WhenIdle(), Task.Delay(CloseTime, time));
        }
        catch (Exception exception)
        {
            // Whatever it was, the process has to stop.
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
