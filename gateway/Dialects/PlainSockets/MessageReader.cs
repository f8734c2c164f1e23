using System.Net.WebSockets;

namespace OrleansCalls.Gateway.Dialects.PlainSockets;

/// <summary>What a client sent.</summary>
internal enum Incoming
{
    /// <summary>A whole text message.</summary>
    Text,

    /// <summary>That it closes.</summary>
    Close,

    /// <summary>Something that is not text.</summary>
    Binary,

    /// <summary>More than a message may hold.</summary>
    TooLarge,
}

/// <summary>Reads whole messages. Its buffer grows with a large one and is small again after it.</summary>
internal sealed class MessageReader(WebSocket socket, int mostBytes)
{
    private const int Usual = 2 * 1024;

    private volatile int _most = mostBytes;
    private byte[] _buffer = new byte[Usual];

    /// <summary>Bytes of one message, from the next on.</summary>
    public int Most
    {
        set => _most = value;
    }

    /// <summary>The next message, whose bytes are good until the one after it.</summary>
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

    /// <summary>Passes over all that comes until the client closes.</summary>
    public async Task Skip(CancellationToken cancellation)
    {
        ValueWebSocketReceiveResult part;
        do
            part = await socket.ReceiveAsync(_buffer.AsMemory(), cancellation);
        while (part.MessageType != WebSocketMessageType.Close);
    }
}
