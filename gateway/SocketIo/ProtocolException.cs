using System.Net.WebSockets;

namespace OrleansCalls.Gateway.SocketIo;

/// <summary>A client sent what it must not; its session is closed.</summary>
internal sealed class ProtocolException(string message, WebSocketCloseStatus status = WebSocketCloseStatus.ProtocolError)
    : Exception(message)
{
    /// <summary>What a WebSocket is closed with.</summary>
    public WebSocketCloseStatus Status { get; } = status;

    /// <summary>Whether it was good but for its size.</summary>
    public bool IsTooLarge => Status == WebSocketCloseStatus.MessageTooBig;

    /// <summary>Nothing here takes binary data.</summary>
    public static ProtocolException Binary() =>
        new("it sent binary data, which is not taken here", WebSocketCloseStatus.InvalidMessageType);

    /// <summary>More than <see cref="SocketIoOptions.MaxPayload"/>.</summary>
    public static ProtocolException TooLarge() => new("it sent more than may be sent at once", WebSocketCloseStatus.MessageTooBig);
}
