using System.Text.Json;
using System.Text.Unicode;

namespace OrleansCalls.Load.Clients;

/// <summary>
/// SignalR's JSON hub protocol: records that end with 0x1E, an empty object to agree, then messages with a type.
/// </summary>
internal sealed class SignalR(string hub, string? signingKey) : Dialect(signingKey)
{
    private const byte RecordSeparator = 0x1e;

    /// <inheritdoc/>
    public override string Path(string userId) => $"{hub}?deviceId=d1&platform=load&userId={userId}";

    /// <inheritdoc/>
    public override void Begin(WebSocket socket) => socket.Send("{\"protocol\":\"json\",\"version\":1}\u001e"u8);

    /// <inheritdoc/>
    public override void Ping(WebSocket socket) => socket.Send("{\"type\":6}\u001e"u8);

    /// <inheritdoc/>
    public override void Read(Client client, ReadOnlySpan<byte> message)
    {
        while (message.IndexOf(RecordSeparator) is var end and >= 0)
        {
            ReadRecord(client, message[..end]);
            message = message[(end + 1)..];
        }
    }

    /// <inheritdoc/>
    protected override int Write(Span<byte> text, long id, string method, ReadOnlySpan<byte> argument)
    {
        Utf8.TryWrite(
            text, CultureInfo.InvariantCulture, $$"""{"type":1,"invocationId":"{{id}}","target":"{{method}}","arguments":[""",
            out var length);
        argument.CopyTo(text[length..]);
        length += argument.Length;
        "]}\u001e"u8.CopyTo(text[length..]);
        return length + 3;
    }

    // Reads no further than it must: the writer's order is type, then target or invocationId, then the rest.
    private void ReadRecord(Client client, ReadOnlySpan<byte> record)
    {
        var json = new Utf8JsonReader(record);
        json.Read();
        var heard = Heard.Other;
        long id = -1;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("target"u8))
            {
                json.Read();
                heard = Event(ref json);
                if (heard is Heard.Connected or Heard.Other)
                {
                    client.Hear(new News { Heard = heard, Call = -1, Raw = record });
                    return;
                }
            }
            else if (json.ValueTextEquals("arguments"u8))
            {
                json.Read();
                client.Hear(new News { Heard = heard, Call = CallOf(ref json), Raw = record });
                return;
            }
            else if (json.ValueTextEquals("invocationId"u8))
            {
                json.Read();
                _ = long.TryParse(json.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out id);
            }
            else if (json.ValueTextEquals("error"u8))
            {
                json.Read();
                // Without an invocation it is the handshake, or the close, that brings it.
                client.Hear(
                    id < 0
                        ? new News { Heard = Heard.Failed, Call = -1, Raw = json.ValueSpan }
                        : Answer(id, true, json.ValueSpan));
                return;
            }
            else if (json.ValueTextEquals("result"u8))
            {
                break;
            }
            else
            {
                json.Read();
                json.Skip();
            }
        }

        if (id >= 0)
            client.Hear(Answer(id, false, record));
    }
}
