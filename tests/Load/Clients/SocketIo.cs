using System.Text.Json;
using System.Text.Unicode;

namespace OrleansCalls.Load.Clients;

/// <summary>
/// Socket.IO 4 over engine.io's WebSocket: <c>0</c> open, <c>40</c> connect, <c>42id[...]</c> event, <c>43id[...]</c> answer.
/// </summary>
internal sealed class SocketIo(string? signingKey = null) : Dialect(signingKey)
{
    /// <inheritdoc/>
    public override string Path(string userId) => $"/socket.io/?EIO=4&transport=websocket&deviceId=d1&userId={userId}";

    /// <inheritdoc/>
    public override void Begin(WebSocket socket)
    {
        // The server speaks first.
    }

    /// <inheritdoc/>
    public override void Ping(WebSocket socket)
    {
        // The server asks; Read answers.
    }

    /// <inheritdoc/>
    public override void Read(Client client, ReadOnlySpan<byte> message)
    {
        if (message.StartsWith("42["u8))
            ReadEvent(client, message);
        else if (message.StartsWith("43"u8))
            ReadAnswer(client, message);
        else if (message.StartsWith("2"u8))
            client.Socket.Send("3"u8);
        else if (message.StartsWith("0"u8))
            client.Socket.Send("40"u8);
        else if (message.StartsWith("44"u8))
            client.Hear(new News { Heard = Heard.Failed, Call = -1, Raw = message });
    }

    /// <inheritdoc/>
    protected override int Write(Span<byte> text, long id, string method, ReadOnlySpan<byte> argument)
    {
        Utf8.TryWrite(text, CultureInfo.InvariantCulture, $"""42{id}["{method}",""", out var length);
        argument.CopyTo(text[length..]);
        text[length + argument.Length] = (byte)']';
        return length + argument.Length + 1;
    }

    private static void ReadAnswer(Client client, ReadOnlySpan<byte> message)
    {
        var bracket = message.IndexOf((byte)'[');
        _ = long.TryParse(message[2..bracket], NumberStyles.None, CultureInfo.InvariantCulture, out var id);
        client.Hear(Answer(id, message[bracket..].StartsWith("[{\"error\""u8), message));
    }

    private void ReadEvent(Client client, ReadOnlySpan<byte> message)
    {
        var json = new Utf8JsonReader(message[2..]);
        json.Read();
        json.Read();
        var heard = Event(ref json);
        client.Hear(new News { Heard = heard, Call = heard == Heard.Connected ? -1 : CallOf(ref json), Raw = message });
    }
}
