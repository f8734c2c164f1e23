using System.Diagnostics;

namespace OrleansCalls.Gateway.Delivery;

/// <summary>A message on its way to one connection, independent of the connection's protocol.</summary>
public abstract record Outgoing
{
    private Outgoing()
    {
    }

    /// <summary>An event from a grain.</summary>
    public sealed record Event(ClientEvent What) : Outgoing
    {
        /// <summary>The trace that caused it.</summary>
        public ActivityContext Cause { get; init; }

        /// <summary>The call of the event; null if it has none.</summary>
        public string? CallId => (What as CallEvent)?.CallId;
    }

    /// <summary>The open calls that a device resumes.</summary>
    /// <param name="What">The calls.</param>
    /// <param name="OnlyFor">The one socket to send to, when a connection has several; null for all.</param>
    public sealed record OpenCalls(OpenCallsView What, object? OnlyFor = null) : Outgoing;

    /// <summary>The ends of the user's recent calls, which the client may already have.</summary>
    public sealed record PastEnds(ImmutableArray<PastEnd> What) : Outgoing;

    /// <summary>The presence of a watched user changed.</summary>
    public sealed record PresenceChange(Presence What) : Outgoing;

    /// <summary>The server is shutting down.</summary>
    public sealed record Reconnect(ReconnectView What) : Outgoing;

    /// <summary>A newer connection of the same device has replaced this one; the last message of a connection.</summary>
    public sealed record Displaced : Outgoing;
}

/// <summary>The socket of a connection, which encodes messages in its client's protocol.</summary>
public interface IClientSocket
{
    /// <summary>
    /// Whether the client does not report the events it has seen, so that it is sent <see cref="Outgoing.PastEnds"/> each time
    /// it resumes.
    /// </summary>
    bool NeedsEnds => false;

    /// <summary>Whether the client supports <see cref="TestRing"/>.</summary>
    bool TakesTestRings => false;

    /// <summary>Sends a message; returns once the socket has accepted it.</summary>
    Task Send(Outgoing message);

    /// <summary>Closes the socket.</summary>
    /// <param name="mayReconnect">Whether the client should reconnect by itself.</param>
    void Close(bool mayReconnect);

    /// <summary>Probes the client. Returns false if it did not respond in time; the socket is then closed.</summary>
    Task<bool> Probe() => Task.FromResult(true);
}
