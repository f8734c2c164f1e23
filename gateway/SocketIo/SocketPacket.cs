using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace OrleansCalls.Gateway.SocketIo;

/// <summary>What a Socket.IO packet is for.</summary>
internal enum SocketPacketType
{
    Connect = 0,
    Disconnect = 1,
    Event = 2,
    Ack = 3,
}

/// <summary>
/// A Socket.IO 5 packet from a client: <c>type[/namespace,][id][json]</c>. What could be sent only by something that is no
/// socket.io-client is refused here.
/// </summary>
/// <param name="Type">What it is for.</param>
/// <param name="Namespace">Where it goes.</param>
/// <param name="Id">The id of the acknowledgement that is asked for, or that it is; null when there is none.</param>
/// <param name="Data">The <c>auth</c> of a CONNECT, the arguments of an EVENT (its name is the first) or ACK.</param>
internal readonly record struct SocketPacket(SocketPacketType Type, string Namespace, long? Id, JsonElement? Data)
{
    /// <summary>The namespace that every client begins with.</summary>
    public const string MainNamespace = "/";

    // A refusal names the namespace, and must not be a way to make the server store and send much.
    private const int NamespaceBytes = 64;

    // More than a client can count to, and less than a long overflows at.
    private const int IdDigits = 16;

    /// <summary>Reads one, without Engine.IO's type before it.</summary>
    /// <exception cref="ProtocolException">It is none.</exception>
    public static SocketPacket Parse(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            throw new ProtocolException("it sent an empty message");
        if (!Utf8.IsValid(text))
            throw new ProtocolException("it sent bytes that are no UTF-8");
        var type = text[0] switch
        {
            (byte)'0' => SocketPacketType.Connect,
            (byte)'1' => SocketPacketType.Disconnect,
            (byte)'2' => SocketPacketType.Event,
            (byte)'3' => SocketPacketType.Ack,
            (byte)'5' or (byte)'6' => throw ProtocolException.Binary(),
            _ => throw new ProtocolException("it sent a packet of a type that clients do not send"),
        };
        var rest = text[1..];
        var (space, id) = (ReadNamespace(ref rest), ReadId(ref rest));
        var packet = new SocketPacket(type, space, id, ReadJson(rest));
        return packet.IsWellFormed() ? packet : throw new ProtocolException($"it sent {type} with something else in it than belongs there");
    }

    /// <summary>The name of an event.</summary>
    public string EventName() => Data!.Value[0].GetString()!;

    private static string ReadNamespace(ref ReadOnlySpan<byte> rest)
    {
        if (rest is not [(byte)'/', ..])
            return MainNamespace;
        var comma = rest.IndexOf((byte)',');
        var name = comma < 0 ? rest : rest[..comma];
        if (name.Length > NamespaceBytes)
            throw new ProtocolException("it named a namespace that is too long");
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
            throw new ProtocolException("it sent an acknowledgement id that is none");
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
            throw new ProtocolException("it sent something that is not JSON, or half a character");
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

    // On either side they mean something else than an event of that name.
    private static bool IsReserved(string name) =>
        name is "connect" or "connect_error" or "disconnect" or "disconnecting" or "newListener" or "removeListener";
}
