using System.Net.WebSockets;

namespace OrleansCalls.Gateway.SocketIo;

/// <summary>The outcome of a read.</summary>
internal enum Incoming
{
    /// <summary>A complete text message.</summary>
    Text,

    /// <summary>A close frame.</summary>
    Close,

    /// <summary>A binary message.</summary>
    Binary,

    /// <summary>A message over the size limit.</summary>
    TooLarge,
}

/// <summary>Reads complete messages. The buffer grows for a large message and shrinks after it.</summary>
/// <param name="socket">The socket.</param>
/// <param name="limit">The maximum size of a message in bytes.</param>
internal sealed class WebSocketReader(WebSocket socket, Func<int> limit)
{
    private const int UsualSize = 1_024;

    private byte[] _buffer = new byte[UsualSize];

    /// <summary>Reads the next message, whose bytes are valid until the following read.</summary>
    public async ValueTask<(Incoming What, ReadOnlyMemory<byte> Bytes)> Read(CancellationToken cancellation)
    {
        if (_buffer.Length > UsualSize)
            _buffer = new byte[UsualSize];
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(_buffer.AsMemory(length), cancellation);
            if (part.MessageType == WebSocketMessageType.Close)
                return (Incoming.Close, default);
            if (part.MessageType == WebSocketMessageType.Binary)
                return (Incoming.Binary, default);
            length += part.Count;
            // Evaluated on each read: the client may have connected since the read began.
            var most = limit();
            if (length > most)
                return (Incoming.TooLarge, default);
            if (part.EndOfMessage)
                return (Incoming.Text, _buffer.AsMemory(0, length));
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
