using System.Text.Json;

namespace OrleansCalls.Gateway.SocketIo;

/// <summary>An event as it goes over the wire: written once, sent to as many sockets as need be.</summary>
public sealed class SocketIoEvent
{
    private SocketIoEvent(ReadOnlyMemory<byte> packet) => Packet = packet;

    internal ReadOnlyMemory<byte> Packet { get; }

    /// <summary>Writes one. An argument that is a <c>ReadOnlyMemory&lt;byte&gt;</c> is JSON already and goes in as it is.</summary>
    public static SocketIoEvent Create(string name, JsonSerializerOptions options, params ReadOnlySpan<object?> arguments) =>
        new(SocketPackets.Event(name, arguments, options));
}
