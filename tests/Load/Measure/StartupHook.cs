using System.Net.Sockets;
using System.Text.Json;

/// <summary>
/// .NET calls this in a measured process before its own Main (<c>DOTNET_STARTUP_HOOKS</c>; the name, and that it is in no
/// namespace, are .NET's rule). Answers one letter of <see cref="Probe"/> a connection on the socket that
/// <c>ORLEANSCALLS_LOAD_PROBE</c> names. Its one thread sleeps otherwise.
/// </summary>
internal sealed class StartupHook
{
    /// <summary>The name of the count of messages; every other count is of a statement, by its text.</summary>
    public const string Messages = "messages";

    /// <summary>Starts to listen.</summary>
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable("ORLEANSCALLS_LOAD_PROBE") is not { Length: > 0 } path)
            return;
        SqliteCounter.Watch();
        new Thread(() => Serve(path)) { IsBackground = true, Name = "load probe" }.Start();
    }

    private static void Serve(string path)
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        using var messages = new MessageCounter();
        while (true)
        {
            try
            {
                using var asker = listener.Accept();
                var letter = new byte[1];
                if (asker.Receive(letter) == 1)
                    asker.Send(JsonSerializer.SerializeToUtf8Bytes(Answer((char)letter[0], messages)));
            }
            catch (SocketException)
            {
                // The asker has gone; the next one will come.
            }
        }
    }

    private static Dictionary<string, double> Answer(char question, MessageCounter messages)
    {
        switch (question)
        {
            case Probe.Count:
                messages.Start();
                SqliteCounter.Start();
                return [];
            case Probe.StopCounting:
                var counts = SqliteCounter.Stop();
                if (messages.Stop() is { } count)
                    counts[Messages] = count;
                return counts;
            case Probe.Collected:
                Collect();
                return Memory();
            default:
                return Memory();
        }
    }

    private static void Collect()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }
    }

    private static Dictionary<string, double> Memory() => new()
    {
        ["heap"] = GC.GetTotalMemory(forceFullCollection: false),
        ["allocated"] = GC.GetTotalAllocatedBytes(precise: false),
        ["gen0"] = GC.CollectionCount(0),
        ["gen2"] = GC.CollectionCount(2),
        ["pauseMs"] = GC.GetTotalPauseDuration().TotalMilliseconds,
    };
}
