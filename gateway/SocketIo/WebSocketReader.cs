using System.Net.WebSockets;

namespace OrleansCalls.Gateway.SocketIo;

/// <summary>Reads whole text messages. Its buffer grows with a large one and is small again after it.</summary>
internal sealed class WebSocketReader(WebSocket socket, Func<int> limit)
{
    private const int UsualSize = 1_024;

    private byte[] _buffer = new byte[UsualSize];

    /// <summary>The next message, good until the next call; null when the client closes.</summary>
    /// <exception cref="ProtocolException">It is binary or too large.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> Read(CancellationToken cancellation)
    {
        if (_buffer.Length > UsualSize)
            _buffer = new byte[UsualSize];
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(_buffer.AsMemory(length), cancellation);
            if (part.MessageType == WebSocketMessageType.Close)
                return null;
            if (part.MessageType == WebSocketMessageType.Binary)
                throw ProtocolException.Binary();
            length += part.Count;
            // Asked each time: the client may have connected since the read began.
            var most = limit();
            if (length > most)
                throw ProtocolException.TooLarge();
            if (part.EndOfMessage)
                return _buffer.AsMemory(0, length);
            if (length == _buffer.Length)
                Array.Resize(ref _buffer, Math.Min(length * 2, most + 1));
        }
    }

    /// <summary>Passes over all that comes until the client closes.</summary>
    public async Task Skip(CancellationToken cancellation)
    {
        while ((await socket.ReceiveAsync(_buffer.AsMemory(), cancellation)).MessageType != WebSocketMessageType.Close)
        {
        }
    }
}
