using System.Net;
using System.Net.Sockets;

namespace OrleansCalls.Load.Targets;

/// <summary>A program that the tool has started, on cores of its own, and that dies with the tool.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const int Terminate = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Process _process;
    private readonly string _name;
    private readonly string _log;

    private ServerProcess(Process process, string name, string log) => (_process, _name, _log) = (process, name, log);

    public int Pid => _process.Id;

    public bool IsRunning => !_process.HasExited;

    /// <summary>Starts a program; what it says goes to a file.</summary>
    /// <param name="name">What it is called in errors.</param>
    /// <param name="cores">Where it may run.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="environment">What its environment has beyond the tool's.</param>
    /// <param name="folder">Where its output goes.</param>
    /// <param name="user">Whom it runs as; null: as the tool.</param>
    public static ServerProcess Start(
        string name, string cores, IEnumerable<string> command, IReadOnlyDictionary<string, string> environment, string folder,
        string? user = null)
    {
        var log = Path.Combine(folder, name + ".log");
        // The shell's redirection costs nobody anything; a pipe would have to be emptied by the generator.
        List<string> words = ["-c", "exec \"$@\" >\"$0\" 2>&1", log, "taskset", "-c", cores, "setpriv", "--pdeathsig", "KILL"];
        if (user is not null)
            words.AddRange(["--reuid", user, "--regid", user, "--init-groups"]);
        // .NET's host watches the folder that it is started in, with all below it, for changed settings.
        var start = new ProcessStartInfo("/bin/sh", [.. words, .. command]) { WorkingDirectory = folder };
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        return new ServerProcess(Process.Start(start)!, name, log);
    }

    /// <summary>A port that is free now.</summary>
    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Waits until it is as it should be.</summary>
    /// <exception cref="InvalidOperationException">It ended, or took too long.</exception>
    public void Await(Func<bool> ready, TimeSpan patience)
    {
        var since = Stopwatch.GetTimestamp();
        while (!ready())
        {
            if (!IsRunning || Stopwatch.GetElapsedTime(since) > patience)
                throw new InvalidOperationException($"{_name} {(IsRunning ? "is not ready" : "has ended")}: {LastWords()}");
            Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System).GetAwaiter().GetResult();
        }
    }

    /// <summary>Waits until a page of it is there.</summary>
    public void AwaitPage(Uri page)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        Await(() => Answers(http, page), TimeSpan.FromSeconds(60));
    }

    /// <summary>The end of what it said.</summary>
    public string LastWords() => File.Exists(_log) ? string.Join('\n', File.ReadLines(_log).TakeLast(12)) : "";

    public void Dispose()
    {
        if (IsRunning)
        {
            Native.Signal(Pid, Terminate);
            if (!_process.WaitForExit(Patience))
                _process.Kill(entireProcessTree: true);
        }

        _process.WaitForExit();
        _process.Dispose();
    }

    private static bool Answers(HttpClient http, Uri page)
    {
        try
        {
            using var answer = http.Send(new HttpRequestMessage(HttpMethod.Get, page));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }
}
