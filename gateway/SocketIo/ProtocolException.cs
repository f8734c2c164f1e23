using System.Net.WebSockets;

namespace OrleansCalls.Gateway.SocketIo;

/// <summary>A protocol violation of a client, which ends its session.</summary>
internal sealed class ProtocolException(string message, WebSocketCloseStatus status = WebSocketCloseStatus.ProtocolError)
    : Exception(message)
{
    /// <summary>The close status of a WebSocket.</summary>
    public WebSocketCloseStatus Status { get; } = status;

    /// <summary>Whether the message was only too large.</summary>
    public bool IsTooLarge => Status == WebSocketCloseStatus.MessageTooBig;

    /// <summary>Binary data, which is not supported.</summary>
    public static ProtocolException Binary() =>
        new("binary data is not supported", WebSocketCloseStatus.InvalidMessageType);

    /// <summary>A message larger than <see cref="SocketIoOptions.MaxPayload"/>.</summary>
    public static ProtocolException TooLarge() => new("message too large", WebSocketCloseStatus.MessageTooBig);
}
