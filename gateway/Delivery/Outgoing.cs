using System.Diagnostics;

namespace OrleansCalls.Gateway.Delivery;

/// <summary>Something on its way to one connection, whatever language that connection speaks.</summary>
public abstract record Outgoing
{
    private Outgoing()
    {
    }

    /// <summary>An event from a grain.</summary>
    public sealed record Event(ClientEvent What) : Outgoing
    {
        /// <summary>The trace that it belongs to.</summary>
        public ActivityContext Cause { get; init; }

        /// <summary>The call that it tells of, if it tells of one.</summary>
        public string? CallId => (What as CallEvent)?.CallId;
    }

    /// <summary>What the device is put back into.</summary>
    /// <param name="What">The calls.</param>
    /// <param name="OnlyFor">Where a connection has several sockets: the one that has just come; null for all.</param>
    public sealed record OpenCalls(OpenCallsView What, object? OnlyFor = null) : Outgoing;

    /// <summary>Ends of the user's last calls, which the client may know or not.</summary>
    public sealed record PastEnds(ImmutableArray<PastEnd> What) : Outgoing;

    /// <summary>A watched user came or went.</summary>
    public sealed record PresenceChange(Presence What) : Outgoing;

    /// <summary>This server is going away.</summary>
    public sealed record Reconnect(ReconnectView What) : Outgoing;

    /// <summary>A newer connection of the same device has taken over; the last thing this one is told.</summary>
    public sealed record Displaced : Outgoing;
}

/// <summary>The socket behind a connection, which knows how to say things to its client.</summary>
public interface IClientSocket
{
    /// <summary>
    /// Whether its client names nothing that it has seen, so that it is sent <see cref="Outgoing.PastEnds"/> whenever it is put back into
    /// its calls.
    /// </summary>
    bool NeedsEnds => false;

    /// <summary>Whether its client can be told of <see cref="TestRing"/>.</summary>
    bool TakesTestRings => false;

    /// <summary>Says it; returns once the socket has taken it.</summary>
    Task Send(Outgoing message);

    /// <summary>Closes the socket.</summary>
    /// <param name="mayReconnect">Whether the client should try again by itself.</param>
    void Close(bool mayReconnect);

    /// <summary>Asks the client for a sign of life. False: it gave none in time, and the socket is closed.</summary>
    Task<bool> Probe() => Task.FromResult(true);
}
