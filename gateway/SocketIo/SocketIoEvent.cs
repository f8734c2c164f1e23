using System.Text.Json;

namespace OrleansCalls.Gateway.SocketIo;

/// <summary>A serialized event that can be sent to many sockets.</summary>
public sealed class SocketIoEvent
{
    private SocketIoEvent(ReadOnlyMemory<byte> packet) => Packet = packet;

    internal ReadOnlyMemory<byte> Packet { get; }

    /// <summary>Serializes an event. An argument of type <c>ReadOnlyMemory&lt;byte&gt;</c> is written as raw JSON.</summary>
    public static SocketIoEvent Create(string name, JsonSerializerOptions options, params ReadOnlySpan<object?> arguments) =>
        new(SocketPackets.Event(name, arguments, options));
}
