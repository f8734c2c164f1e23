namespace OrleansCalls.Gateway.Delivery;

/// <summary>
/// How grains reach this process. Nothing here waits: messages to one observer run one after another, and users who live in this
/// process call it in the middle of their turns, many at once. Orleans keeps only a weak
/// reference to the object: the container, which holds this as a singleton, is what keeps it alive.
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
                // An id of another user's connection would be a defect of ours; never let it become a leak.
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
                _ = TellParty(connection, presence);
            else
                connection.Enqueue(new Outgoing.PresenceChange(presence.For(connection.Actor.UserId)));
        }

        return Task.CompletedTask;
    }

    // The call that they share may be over by now. Whom the app's back end has allowed it stays so until the watch ends.
    private async Task TellParty(ClientConnection connection, Presence presence)
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

/// <summary>This process, as grains know it.</summary>
public sealed class GatewayIdentity
{
    // Made at first use: a co-hosted silo gives out references only once it runs.
    private readonly Lazy<IGatewayObserver> _reference;

    /// <summary>Gives this process an id that no other has.</summary>
    /// <param name="grains">The way to the grains.</param>
    /// <param name="observer">What grains call.</param>
    /// <param name="time">The clock.</param>
    /// <param name="local">The gateways in the same process as a silo; null where there is none.</param>
    public GatewayIdentity(IGrainFactory grains, GatewayObserver observer, TimeProvider time, LocalGateways? local = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        _reference = new(() => grains.CreateObjectReference<IGatewayObserver>(observer));
        StartedAt = time.GetUtcNow();
        GatewayId = Guid.CreateVersion7(StartedAt).ToString("N");
        local?.Add(GatewayId, observer);
    }

    /// <summary>Unique among all processes there ever were.</summary>
    public string GatewayId { get; }

    /// <summary>Since when this process runs.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>What grains call.</summary>
    public IGatewayObserver Reference => _reference.Value;
}
