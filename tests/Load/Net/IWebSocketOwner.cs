namespace OrleansCalls.Load.Net;

/// <summary>Whom a <see cref="WebSocket"/> tells.</summary>
internal interface IWebSocketOwner
{
    /// <summary>The server has agreed to speak WebSocket.</summary>
    void Opened();

    /// <summary>A whole message; the bytes are good until this returns.</summary>
    void Received(ReadOnlySpan<byte> message);

    /// <summary>The server has closed, or the connection broke. Not told of <see cref="WebSocket.Abort"/>.</summary>
    void Closed(string reason);
}
