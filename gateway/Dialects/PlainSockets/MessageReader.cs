using System.Net.WebSockets;

namespace OrleansCalls.Gateway.Dialects.PlainSockets;

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
internal sealed class MessageReader(WebSocket socket, int mostBytes)
{
    private const int Usual = 2 * 1024;

    private volatile int _most = mostBytes;
    private byte[] _buffer = new byte[Usual];

    /// <summary>The maximum size in bytes, from the next message on.</summary>
    public int Most
    {
        set => _most = value;
    }

    /// <summary>Reads the next message, whose bytes are valid until the following read.</summary>
    public async ValueTask<(Incoming What, ReadOnlyMemory<byte> Bytes)> Read(CancellationToken cancellation)
    {
        if (_buffer.Length > Usual)
            _buffer = new byte[Usual];
        var (length, most) = (0, _most);
        while (true)
        {
            var part = await socket.ReceiveAsync(_buffer.AsMemory(length), cancellation);
            if (part.MessageType == WebSocketMessageType.Close)
                return (Incoming.Close, default);
            if (part.MessageType == WebSocketMessageType.Binary)
                return (Incoming.Binary, default);
            length += part.Count;
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
        ValueWebSocketReceiveResult part;
        do
            part = await socket.ReceiveAsync(_buffer.AsMemory(), cancellation);
        while (part.MessageType != WebSocketMessageType.Close);
    }
}
