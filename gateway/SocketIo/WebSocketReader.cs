using System.Net.WebSockets;

namespace OrleansCalls.Gateway.SocketIo;

/// <summary>Reads complete text messages. The buffer grows for a large message and shrinks after it.</summary>
internal sealed class WebSocketReader(WebSocket socket, Func<int> limit)
{
    private const int UsualSize = 1_024;

    private byte[] _buffer = new byte[UsualSize];

    /// <summary>Reads the next message, valid until the next call; null when the client closes.</summary>
    /// <exception cref="ProtocolException">The message is binary or too large.</exception>
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
            // Evaluated on each read: the client may have connected since the read began.
            var most = limit();
            if (length > most)
                throw ProtocolException.TooLarge();
            if (part.EndOfMessage)
                return _buffer.AsMemory(0, length);
            if (length == _buffer.Length)
                Array.Resize(ref _buffer, Math.Min(length * 2, most + 1));
        }
    }

    /// <summary>Discards messages until the client closes.</summary>
    public async Task Skip(CancellationToken cancellation)
    {
        while ((await socket.ReceiveAsync(_buffer.AsMemory(), cancellation)).MessageType != WebSocketMessageType.Close)
        {
        }
    }
}
