using System.Collections.Immutable;

namespace OrleansCalls;

/// <summary>
/// A gateway process, as called by grains. Its methods only enqueue, since calls to one observer run one after another. A
/// gateway that does not reply within the response timeout counts as gone.
/// </summary>
[Alias("OrleansCalls.IGatewayObserver")]
public interface IGatewayObserver : IGrainObserver
{
    /// <summary>Enqueues events for connections, in order.</summary>
    [Alias("Deliver"), ResponseTimeout("00:00:05")]
    Task<DeliveryReport> Deliver(ImmutableArray<Delivery> batch);

    /// <summary>
    /// Enqueues a signal for the one connection of a delivery, if nothing is missing before it: the connection was sent the
    /// call's event <paramref name="afterSeq"/> and the preceding signal.
    /// </summary>
    /// <returns>
    /// False if something is missing, or the connection is gone; the signal must then be sent through the user's grain.
    /// </returns>
    [Alias("Signal"), ResponseTimeout("00:00:02")]
    Task<bool> Signal(Delivery delivery, long afterSeq) => Task.FromResult(false);

    /// <summary>Reports a change of a watched user's presence.</summary>
    [Alias("PresenceChanged"), ResponseTimeout("00:00:05")]
    Task PresenceChanged(Presence presence);

    /// <summary>Closes a connection because a newer one of the same device has replaced it.</summary>
    [Alias("Displace"), ResponseTimeout("00:00:05")]
    Task Displace(string connectionId);

    /// <summary>
    /// Resumes devices whose connections the user's grain lost, by a lost reply or with a silo, and which may have missed
    /// events. The gateway knows what each received last; closing the connections, so that they reconnect, has the same effect.
    /// </summary>
    [Alias("Resync"), ResponseTimeout("00:00:05")]
    Task Resync(ImmutableArray<string> connectionIds) => Task.CompletedTask;

    /// <summary>
    /// Probes the clients of these connections; those that do not respond within three seconds are closed and their leases
    /// released. Returns before that.
    /// </summary>
    /// <returns>The connections that do not exist (any more).</returns>
    [Alias("Probe"), ResponseTimeout("00:00:03")]
    Task<DeliveryReport> Probe(ImmutableArray<string> connectionIds) => Task.FromResult(new DeliveryReport());
}

/// <summary>The location of a connection.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.Route")]
public sealed record Route
{
    /// <summary>The gateway's id, unique across all processes and restarts.</summary>
    [Id(0)] public required string GatewayId { get; init; }

    /// <summary>The gateway's observer.</summary>
    [Id(1)] public required IGatewayObserver Gateway { get; init; }

    /// <summary>The connection's id.</summary>
    [Id(2)] public required string ConnectionId { get; init; }
}

/// <summary>One event for some connections of a gateway.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.Delivery")]
public sealed record Delivery
{
    /// <summary>The receiving user, for content that depends on it (ICE credentials).</summary>
    [Id(0)] public required string UserId { get; init; }

    /// <summary>The connections.</summary>
    [Id(1)] public required ImmutableArray<string> ConnectionIds { get; init; }

    /// <summary>The event.</summary>
    [Id(2)] public required ClientEvent Event { get; init; }

    /// <summary>
    /// The trace, in the form of a <c>traceparent</c> header, since a batch holds events of many. Null when nothing is
    /// recorded.
    /// </summary>
    [Id(3)] public string? TraceParent { get; init; }
}

/// <summary>The result of a batch.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.DeliveryReport")]
public sealed record DeliveryReport
{
    /// <summary>Connections that do not exist (any more); the event was enqueued for all others.</summary>
    [Id(0)] public ImmutableArray<string> NotConnected { get; init; } = [];
}
