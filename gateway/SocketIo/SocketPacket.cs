using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace OrleansCalls.Gateway.SocketIo;

/// <summary>The types of Socket.IO packets.</summary>
internal enum SocketPacketType
{
    Connect = 0,
    Disconnect = 1,
    Event = 2,
    Ack = 3,
}

/// <summary>
/// A Socket.IO 5 packet from a client: <c>type[/namespace,][id][json]</c>. Packets that no socket.io-client sends are rejected.
/// </summary>
/// <param name="Type">The type.</param>
/// <param name="Namespace">The namespace.</param>
/// <param name="Id">The id of a requested or sent acknowledgement; null when there is none.</param>
/// <param name="Data">The <c>auth</c> of a CONNECT, the arguments of an EVENT (its name is the first) or ACK.</param>
internal readonly record struct SocketPacket(SocketPacketType Type, string Namespace, long? Id, JsonElement? Data)
{
    /// <summary>The default namespace.</summary>
    public const string MainNamespace = "/";

    // A refusal repeats the namespace, which must not let clients make the server store and send much.
    private const int NamespaceBytes = 64;

    // More than a client can count to, and less than overflows a long.
    private const int IdDigits = 16;

    /// <summary>Parses a packet, without Engine.IO's type.</summary>
    /// <exception cref="ProtocolException">The packet is malformed.</exception>
    public static SocketPacket Parse(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            throw new ProtocolException("empty message");
        if (!Utf8.IsValid(text))
            throw new ProtocolException("invalid UTF-8");
        var type = text[0] switch
        {
            (byte)'0' => SocketPacketType.Connect,
            (byte)'1' => SocketPacketType.Disconnect,
            (byte)'2' => SocketPacketType.Event,
            (byte)'3' => SocketPacketType.Ack,
            (byte)'5' or (byte)'6' => throw ProtocolException.Binary(),
            _ => throw new ProtocolException("unexpected packet type"),
        };
        var rest = text[1..];
        var (space, id) = (ReadNamespace(ref rest), ReadId(ref rest));
        var packet = new SocketPacket(type, space, id, ReadJson(rest));
        return packet.IsWellFormed() ? packet : throw new ProtocolException($"malformed {type} packet");
    }

    /// <summary>Returns the name of an event.</summary>
    public string EventName() => Data!.Value[0].GetString()!;

    private static string ReadNamespace(ref ReadOnlySpan<byte> rest)
    {
        if (rest is not [(byte)'/', ..])
            return MainNamespace;
        var comma = rest.IndexOf((byte)',');
        var name = comma < 0 ? rest : rest[..comma];
        if (name.Length > NamespaceBytes)
            throw new ProtocolException("namespace too long");
        rest = comma < 0 ? [] : rest[(comma + 1)..];
        return Encoding.UTF8.GetString(name);
    }

    private static long? ReadId(ref ReadOnlySpan<byte> rest)
    {
        var digits = rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        digits = digits < 0 ? rest.Length : digits;
        if (digits == 0)
            return null;
        if (digits > IdDigits || !Utf8Parser.TryParse(rest[..digits], out long id, out _))
            throw new ProtocolException("invalid acknowledgement id");
        rest = rest[digits..];
        return id;
    }

    private static JsonElement? ReadJson(ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty)
            return null;
        try
        {
            JsonText.RefuseHalfCharacters(rest);
            return JsonElement.Parse(rest);
        }
        catch (JsonException)
        {
            throw new ProtocolException("invalid JSON");
        }
    }

    private bool IsWellFormed() => Type switch
    {
        SocketPacketType.Connect => Id is null && Data is null or { ValueKind: JsonValueKind.Object },
        SocketPacketType.Disconnect => Id is null && Data is null,
        SocketPacketType.Event => Data is { ValueKind: JsonValueKind.Array } data && data.GetArrayLength() > 0
            && data[0].ValueKind == JsonValueKind.String && !IsReserved(data[0].GetString()!),
        SocketPacketType.Ack => Id is not null && Data is { ValueKind: JsonValueKind.Array },
    };

    // Names that both sides use for events of the library itself.
    private static bool IsReserved(string name) =>
        name is "connect" or "connect_error" or "disconnect" or "disconnecting" or "newListener" or "removeListener";
}
