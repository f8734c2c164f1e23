using System.Net.Sockets;
using System.Text.Json;

namespace OrleansCalls.Load.Measure;

/// <summary>Asks a measured process for what only it knows.</summary>
internal static class Probe
{
    private const int AnswerBytes = 4096;

    /// <summary>Its memory; null when it cannot say. With <paramref name="collect"/> after all garbage has been collected.</summary>
    public static IReadOnlyDictionary<string, double>? Ask(string? path, bool collect)
    {
        if (path is null || !File.Exists(path))
            return null;
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 60_000 };
        socket.Connect(new UnixDomainSocketEndPoint(path));
        socket.Send(collect ? "g"u8 : "m"u8);
        var answer = new byte[AnswerBytes];
        var length = 0;
        while (socket.Receive(answer.AsSpan(length)) is var count and > 0)
            length += count;
        return JsonSerializer.Deserialize<Dictionary<string, double>>(answer.AsSpan(0, length));
    }
}
