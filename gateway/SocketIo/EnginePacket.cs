using System.Buffers;
using System.Text.Json;

namespace OrleansCalls.Gateway.SocketIo;

/// <summary>Engine.IO 4 packets: one character for the type, then the payload; a polling body holds several.</summary>
internal static class EnginePacket
{
    public const byte OpenType = (byte)'0';
    public const byte CloseType = (byte)'1';
    public const byte PongType = (byte)'3';
    public const byte MessageType = (byte)'4';
    public const byte BinaryType = (byte)'b';

    /// <summary>Separates the packets of a polling body.</summary>
    public const byte Separator = 0x1e;

    public static ReadOnlyMemory<byte> Close { get; } = "1"u8.ToArray();

    public static ReadOnlyMemory<byte> Ping { get; } = "2"u8.ToArray();

    public static ReadOnlyMemory<byte> Upgrade { get; } = "5"u8.ToArray();

    public static ReadOnlyMemory<byte> Noop { get; } = "6"u8.ToArray();

    public static ReadOnlyMemory<byte> ProbePing { get; } = "2probe"u8.ToArray();

    public static ReadOnlyMemory<byte> ProbePong { get; } = "3probe"u8.ToArray();

    /// <summary>Returns the open packet of a session.</summary>
    public static ReadOnlyMemory<byte> Open(string sid, bool mayUpgrade, SocketIoOptions options)
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write([OpenType]);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("sid", sid);
        json.WriteStartArray("upgrades");
        if (mayUpgrade)
            json.WriteStringValue("websocket");
        json.WriteEndArray();
        json.WriteNumber("pingInterval", (long)options.PingInterval.TotalMilliseconds);
        json.WriteNumber("pingTimeout", (long)options.PingTimeout.TotalMilliseconds);
        json.WriteNumber("maxPayload", options.MaxPayload);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>Splits a polling body into packets.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> body)
    {
        while (body.Span.IndexOf(Separator) is >= 0 and var end)
        {
            yield return body[..end];
            body = body[(end + 1)..];
        }

        yield return body;
    }
}
