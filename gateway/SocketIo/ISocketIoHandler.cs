using System.Text.Json;

namespace OrleansCalls.Gateway.SocketIo;

/// <summary>
/// Who uses the transport. All calls for one client come one after another, in the order in which its packets came; calls for
/// different clients run at the same time. What is thrown is logged and does no harm to the client's connection.
/// </summary>
public interface ISocketIoHandler
{
    /// <summary>
    /// A client wants to connect. What is emitted to the socket already now goes out right behind the acceptance, or not at all; an
    /// acknowledgement can come only after it, so do not wait for one here. An exception refuses the client with the code
    /// <c>internal</c>.
    /// </summary>
    ValueTask<ConnectOutcome> OnConnect(SocketIoSocket socket, CancellationToken cancellation);

    /// <summary>A client has sent an event.</summary>
    /// <param name="socket">Its socket.</param>
    /// <param name="name">The name of the event.</param>
    /// <param name="arguments">What came with it.</param>
    /// <param name="ack">Where the client wants an answer; null if it wants none.</param>
    Task OnEvent(SocketIoSocket socket, string name, IReadOnlyList<JsonElement> arguments, SocketIoAck? ack);

    /// <summary>
    /// Once for each socket that was accepted: it is over. Events that came before are handed over first, unless it was the server
    /// that closed.
    /// </summary>
    Task OnDisconnected(SocketIoSocket socket, DisconnectReason reason);
}

/// <summary>Whether a client may connect.</summary>
public sealed record ConnectOutcome
{
    private ConnectOutcome(ConnectRefusal? refusal) => Refusal = refusal;

    /// <summary>It may.</summary>
    public static ConnectOutcome Accepted { get; } = new(refusal: null);

    /// <summary>Why it may not; null if it may.</summary>
    public ConnectRefusal? Refusal { get; }

    /// <summary>It may not, and hears why in <c>connect_error</c>: <c>message</c>, and <c>data.code</c>.</summary>
    public static ConnectOutcome Refused(string message, string code) => new(new ConnectRefusal(message, code));
}

/// <summary>Why a client may not connect.</summary>
/// <param name="Message">In words.</param>
/// <param name="Code">For programs.</param>
public sealed record ConnectRefusal(string Message, string Code);

/// <summary>Why a socket is over.</summary>
public enum DisconnectReason
{
    /// <summary>The client said so.</summary>
    ClientDisconnected,

    /// <summary>The client's connection is gone.</summary>
    TransportClosed,

    /// <summary>The client did not answer a ping.</summary>
    PingTimeout,

    /// <summary>The client did not take what was sent to it.</summary>
    TooSlow,

    /// <summary>The client sent what it must not.</summary>
    ProtocolError,

    /// <summary>The handler closed it.</summary>
    ServerDisconnected,

    /// <summary>The server stops.</summary>
    ServerStopping,
}
