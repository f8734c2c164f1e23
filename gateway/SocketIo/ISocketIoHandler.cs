using System.Text.Json;

namespace OrleansCalls.Gateway.SocketIo;

/// <summary>
/// The application on top of the transport. Calls for one client run one after another in the order of its packets; calls for
/// different clients run in parallel. Exceptions are logged and do not affect the client's connection.
/// </summary>
public interface ISocketIoHandler
{
    /// <summary>
    /// Decides whether a client may connect. Events emitted here are sent right after the acceptance, or not at all;
    /// acknowledgements arrive only after it, so do not await one here. An exception refuses the client with the code
    /// <c>internal</c>.
    /// </summary>
    ValueTask<ConnectOutcome> OnConnect(SocketIoSocket socket, CancellationToken cancellation);

    /// <summary>Handles an event from a client.</summary>
    /// <param name="socket">Its socket.</param>
    /// <param name="name">The event's name.</param>
    /// <param name="arguments">The event's arguments.</param>
    /// <param name="ack">The acknowledgement to send; null if the client requested none.</param>
    Task OnEvent(SocketIoSocket socket, string name, IReadOnlyList<JsonElement> arguments, SocketIoAck? ack);

    /// <summary>
    /// Called once for each accepted socket after its end. Earlier events are handled first, unless the server closed it.
    /// </summary>
    Task OnDisconnected(SocketIoSocket socket, DisconnectReason reason);
}

/// <summary>Whether a client may connect.</summary>
public sealed record ConnectOutcome
{
    private ConnectOutcome(ConnectRefusal? refusal) => Refusal = refusal;

    /// <summary>Accepts the client.</summary>
    public static ConnectOutcome Accepted { get; } = new(refusal: null);

    /// <summary>The refusal; null if accepted.</summary>
    public ConnectRefusal? Refusal { get; }

    /// <summary>Refuses the client, which receives <c>connect_error</c> with <c>message</c> and <c>data.code</c>.</summary>
    public static ConnectOutcome Refused(string message, string code) => new(new ConnectRefusal(message, code));
}

/// <summary>A refused connection.</summary>
/// <param name="Message">The message for people.</param>
/// <param name="Code">The code for programs.</param>
public sealed record ConnectRefusal(string Message, string Code);

/// <summary>Why a socket ended.</summary>
public enum DisconnectReason
{
    /// <summary>The client disconnected.</summary>
    ClientDisconnected,

    /// <summary>The client's transport was closed.</summary>
    TransportClosed,

    /// <summary>The client did not respond to a ping.</summary>
    PingTimeout,

    /// <summary>The client did not read its packets.</summary>
    TooSlow,

    /// <summary>The client violated the protocol.</summary>
    ProtocolError,

    /// <summary>The handler disconnected it.</summary>
    ServerDisconnected,

    /// <summary>The server is stopping.</summary>
    ServerStopping,
}
