using System.Net.Sockets;
using System.Text;
using System.Text.Json;

/// <summary>
/// .NET calls this in a measured process before its own Main (<c>DOTNET_STARTUP_HOOKS</c>; the name, and that it is in no
/// namespace, are .NET's rule). Whoever connects to the socket that <c>ORLEANSCALLS_LOAD_PROBE</c> names, and sends a letter,
/// is told of this process' memory; after <c>g</c> with all garbage collected. Its one thread sleeps otherwise.
/// </summary>
internal sealed class StartupHook
{
    /// <summary>Starts to listen.</summary>
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable("ORLEANSCALLS_LOAD_PROBE") is { Length: > 0 } path)
            new Thread(() => Serve(path)) { IsBackground = true, Name = "load probe" }.Start();
    }

    private static void Serve(string path)
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        while (true)
        {
            try
            {
                using var asker = listener.Accept();
                var letter = new byte[1];
                if (asker.Receive(letter) == 1)
                    asker.Send(Encoding.UTF8.GetBytes(Answer(collect: letter[0] == (byte)'g')));
            }
            catch (SocketException)
            {
                // The asker has gone; the next one will come.
            }
        }
    }

    private static string Answer(bool collect)
    {
        for (var i = 0; collect && i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return JsonSerializer.Serialize(new Dictionary<string, double>
        {
            ["heap"] = GC.GetTotalMemory(forceFullCollection: false),
            ["allocated"] = GC.GetTotalAllocatedBytes(precise: false),
            ["gen0"] = GC.CollectionCount(0),
            ["gen2"] = GC.CollectionCount(2),
            ["pauseMs"] = GC.GetTotalPauseDuration().TotalMilliseconds,
        });
    }
}
