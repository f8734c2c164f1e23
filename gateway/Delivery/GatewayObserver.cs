namespace OrleansCalls.Gateway.Delivery;

/// <summary>
/// Receives calls from grains. No method blocks: calls to one observer run one after another, and co-hosted grains call it in
/// the middle of their turns. Orleans holds only a weak reference; the container's singleton keeps the object alive.
/// </summary>
public sealed class GatewayObserver(
    ConnectionRegistry connections, PresenceWatches watches, PresencePolicy policy, ResumeQueue resumes, GatewayMetrics metrics,
    ILogger<GatewayObserver> log) : IGatewayObserver
{
    /// <inheritdoc/>
    public Task<DeliveryReport> Deliver(ImmutableArray<OrleansCalls.Delivery> batch)
    {
        var notConnected = ImmutableArray.CreateBuilder<string>();
        foreach (var delivery in batch)
        {
            var message = new Outgoing.Event(delivery.Event) { Cause = CallTrace.From(delivery.TraceParent) };
            foreach (var connectionId in delivery.ConnectionIds)
            {
                // Guards against delivery to another user's connection, should a grain ever pass a wrong id.
                if (connections.TryGet(connectionId, out var connection) && connection.Actor.UserId == delivery.UserId
                    && connection.Enqueue(message))
                    metrics.Delivered("queued");
                else
                {
                    using (var span = CallTrace.Continue(message.Cause, "gateway.deliver", message.CallId, delivery.UserId))
                        span.Outcome("not_connected");
                    metrics.Delivered("not_connected");
                    notConnected.Add(connectionId);
                }
            }
        }

        return Task.FromResult(new DeliveryReport { NotConnected = notConnected.ToImmutable() });
    }

    /// <inheritdoc/>
    public Task<bool> Signal(OrleansCalls.Delivery delivery, long afterSeq)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        var isNext = delivery is { ConnectionIds: [var connectionId], Event: SignalReceived signal }
            && connections.TryGet(connectionId, out var connection) && connection.Actor.UserId == delivery.UserId
            && connection.Seen.IsNext(signal, afterSeq)
            && connection.Enqueue(new Outgoing.Event(signal) { Cause = CallTrace.From(delivery.TraceParent) });
        if (isNext)
            metrics.Delivered("queued");
        return Task.FromResult(isNext);
    }

    /// <inheritdoc/>
    public Task PresenceChanged(Presence presence)
    {
        foreach (var connectionId in watches.WatchersOf(presence.UserId))
        {
            if (!connections.TryGet(connectionId, out var connection))
                continue;
            if (policy.IsParties)
                _ = SendToParty(connection, presence);
            else
                connection.Enqueue(new Outgoing.PresenceChange(presence.For(connection.Actor.UserId)));
        }

        return Task.CompletedTask;
    }

    // The shared call may have ended by now. A permission of the app's back end lasts until the watch ends.
    private async Task SendToParty(ClientConnection connection, Presence presence)
    {
        try
        {
            if ((await policy.Visible(connection.Actor.UserId, [presence.UserId])).Contains(presence.UserId))
                connection.Enqueue(new Outgoing.PresenceChange(presence.For(connection.Actor.UserId)));
        }
        catch (Exception exception)
        {
            GatewayLog.WatchFailed(log, exception, presence.UserId);
        }
    }

    /// <inheritdoc/>
    public Task Displace(string connectionId)
    {
        if (connections.TryGet(connectionId, out var connection))
            connection.Displace();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<DeliveryReport> Probe(ImmutableArray<string> connectionIds)
    {
        var notConnected = ImmutableArray.CreateBuilder<string>();
        foreach (var connectionId in connectionIds)
        {
            if (connections.TryGet(connectionId, out var connection))
                _ = connection.Probe();
            else
                notConnected.Add(connectionId);
        }

        return Task.FromResult(new DeliveryReport { NotConnected = notConnected.ToImmutable() });
    }

    /// <inheritdoc/>
    public Task Resync(ImmutableArray<string> connectionIds)
    {
        foreach (var connectionId in connectionIds)
        {
            if (connections.TryGet(connectionId, out var connection))
                resumes.Add(connection);
        }

        return Task.CompletedTask;
    }
}

/// <summary>The identity of this process towards grains.</summary>
public sealed class GatewayIdentity
{
    // Created lazily: a co-hosted silo provides references only once it runs.
    private readonly Lazy<IGatewayObserver> _reference;

    /// <summary>Creates an identity with a unique id.</summary>
    /// <param name="grains">The grain factory.</param>
    /// <param name="observer">The observer that grains call.</param>
    /// <param name="time">The clock.</param>
    /// <param name="local">The gateways in the same process as a silo; null when there is no silo.</param>
    public GatewayIdentity(IGrainFactory grains, GatewayObserver observer, TimeProvider time, LocalGateways? local = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        _reference = new(() => grains.CreateObjectReference<IGatewayObserver>(observer));
        StartedAt = time.GetUtcNow();
        GatewayId = Guid.CreateVersion7(StartedAt).ToString("N");
        local?.Add(GatewayId, observer);
    }

    /// <summary>Unique across all processes and restarts.</summary>
    public string GatewayId { get; }

    /// <summary>When this process started.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>The reference under which grains call the observer.</summary>
    public IGatewayObserver Reference => _reference.Value;
}
