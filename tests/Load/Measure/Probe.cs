using System.Net.Sockets;
using System.Text.Json;

namespace OrleansCalls.Load.Measure;

/// <summary>Asks a measured process for what only it knows; <see cref="StartupHook"/> answers.</summary>
internal static class Probe
{
    /// <summary>What can be asked for: memory, memory after full collections, counters on, counters off and read.</summary>
    public const char Memory = 'm', Collected = 'g', Count = 'c', StopCounting = 's';

    private const int BlockBytes = 4096;

    /// <summary>The answer, by name; null when the process has no probe.</summary>
    public static IReadOnlyDictionary<string, double>? Ask(string? path, char question)
    {
        if (path is null || !File.Exists(path))
            return null;
        using var socket =
            new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 60_000 };
        socket.Connect(new UnixDomainSocketEndPoint(path));
        socket.Send([(byte)question]);
        using var answer = new MemoryStream();
        var block = new byte[BlockBytes];
        while (socket.Receive(block) is var count and > 0)
            answer.Write(block, 0, count);
        return JsonSerializer.Deserialize<Dictionary<string, double>>(answer.GetBuffer().AsSpan(0, (int)answer.Length));
    }
}
