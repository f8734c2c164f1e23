using System.Buffers;
using System.Text;
using System.Text.Json;

namespace OrleansCalls.Gateway.SocketIo;

/// <summary>Serializes Socket.IO 5 packets within Engine.IO messages.</summary>
internal static class SocketPackets
{
    public static ReadOnlyMemory<byte> Disconnect { get; } = "41"u8.ToArray();

    public static ReadOnlyMemory<byte> Connected(string socketId) => Write("40", json =>
    {
        json.WriteStartObject();
        json.WriteString("sid", socketId);
        json.WriteEndObject();
    });

    public static ReadOnlyMemory<byte> ConnectError(ConnectRefusal why) => Write("44", json =>
    {
        json.WriteStartObject();
        json.WriteString("message", why.Message);
        json.WriteStartObject("data");
        json.WriteString("code", why.Code);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    public static ReadOnlyMemory<byte> InvalidNamespace(string space) => Write($"44{space},", json =>
    {
        json.WriteStartObject();
        json.WriteString("message", "Invalid namespace");
        json.WriteEndObject();
    });

    public static ReadOnlyMemory<byte> Ack(long id, ReadOnlySpan<object?> arguments, JsonSerializerOptions options) =>
        Write($"43{id}", name: null, arguments, options);

    public static ReadOnlyMemory<byte> Event(string name, ReadOnlySpan<object?> arguments, JsonSerializerOptions options) =>
        Write("42", name, arguments, options);

    /// <summary>Adds an acknowledgement id to a serialized event.</summary>
    public static ReadOnlyMemory<byte> WithId(ReadOnlyMemory<byte> written, long id) =>
        (byte[])[.. written.Span[..2], .. Encoding.ASCII.GetBytes($"{id}"), .. written.Span[2..]];

    private static ReadOnlyMemory<byte> Write(
        string head, string? name, ReadOnlySpan<object?> arguments, JsonSerializerOptions options)
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write(Encoding.UTF8.GetBytes(head));
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = options.Encoder });
        json.WriteStartArray();
        if (name is not null)
            json.WriteStringValue(name);
        foreach (var argument in arguments)
        {
            if (argument is ReadOnlyMemory<byte> written)
                json.WriteRawValue(written.Span);
            else if (argument is null)
                json.WriteNullValue();
            else
                JsonSerializer.Serialize(json, argument, argument.GetType(), options);
        }

        json.WriteEndArray();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static ReadOnlyMemory<byte> Write(string head, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write(Encoding.UTF8.GetBytes(head));
        using var json = new Utf8JsonWriter(buffer);
        write(json);
        json.Flush();
        return buffer.WrittenMemory;
    }
}
