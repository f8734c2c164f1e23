using System.Collections.Immutable;

namespace OrleansCalls;

/// <summary>
/// A gateway process, as grains reach it. Its methods only put things into the queues of connections, since calls to one
/// observer run one after another. A gateway that does not answer within the response timeout counts as gone.
/// </summary>
[Alias("OrleansCalls.IGatewayObserver")]
public interface IGatewayObserver : IGrainObserver
{
    /// <summary>Puts events into the queues of connections, in order.</summary>
    [Alias("Deliver"), ResponseTimeout("00:00:05")]
    Task<DeliveryReport> Deliver(ImmutableArray<Delivery> batch);

    /// <summary>
    /// Puts a signal into the queue of the one connection of a delivery, if it is next there: the connection was sent the call's event
    /// <paramref name="afterSeq"/>, and the signal with the number before.
    /// </summary>
    /// <returns>False when it is not, or the connection is gone; the signal has to go by its user's grain then.</returns>
    [Alias("Signal"), ResponseTimeout("00:00:02")]
    Task<bool> Signal(Delivery delivery, long afterSeq) => Task.FromResult(false);

    /// <summary>A watched user came or went.</summary>
    [Alias("PresenceChanged"), ResponseTimeout("00:00:05")]
    Task PresenceChanged(Presence presence);

    /// <summary>A newer connection of the same device has taken this one's place: close it.</summary>
    [Alias("Displace"), ResponseTimeout("00:00:05")]
    Task Displace(string connectionId);

    /// <summary>
    /// The user's grain lost sight of these connections for a while, by a lost answer or with a silo, and they may have missed
    /// something: their devices are to resume by seq, as after a reconnect. The gateway knows what each was told last; closing them so
    /// that they come back does it too.
    /// </summary>
    [Alias("Resync"), ResponseTimeout("00:00:05")]
    Task Resync(ImmutableArray<string> connectionIds) => Task.CompletedTask;

    /// <summary>
    /// Asks the clients of these connections for a sign of life; those that give none within three seconds are closed, and their leases
    /// given back. Returns before that.
    /// </summary>
    /// <returns>Those that are not there (any more).</returns>
    [Alias("Probe"), ResponseTimeout("00:00:03")]
    Task<DeliveryReport> Probe(ImmutableArray<string> connectionIds) => Task.FromResult(new DeliveryReport());
}

/// <summary>Where a connection is.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.Route")]
public sealed record Route
{
    /// <summary>The gateway's id, unique among all processes there ever were.</summary>
    [Id(0)] public required string GatewayId { get; init; }

    /// <summary>How grains reach it.</summary>
    [Id(1)] public required IGatewayObserver Gateway { get; init; }

    /// <summary>The connection's id.</summary>
    [Id(2)] public required string ConnectionId { get; init; }
}

/// <summary>One event for some of a gateway's connections.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.Delivery")]
public sealed record Delivery
{
    /// <summary>To whom, for what depends on the reader (ICE credentials).</summary>
    [Id(0)] public required string UserId { get; init; }

    /// <summary>Which connections.</summary>
    [Id(1)] public required ImmutableArray<string> ConnectionIds { get; init; }

    /// <summary>What.</summary>
    [Id(2)] public required ClientEvent Event { get; init; }

    /// <summary>The trace it belongs to, as in a <c>traceparent</c> header: a batch holds events of many. Null when nothing is recorded.</summary>
    [Id(3)] public string? TraceParent { get; init; }
}

/// <summary>What became of a batch.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.DeliveryReport")]
public sealed record DeliveryReport
{
    /// <summary>Connections that are not there (any more); all others were written to.</summary>
    [Id(0)] public ImmutableArray<string> NotConnected { get; init; } = [];
}
