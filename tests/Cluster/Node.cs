using System.Diagnostics;

namespace OrleansCalls.Tests.Cluster;

/// <summary>One process of the cluster. What it says goes into a file under <c>artifacts/cluster-logs</c>.</summary>
public sealed class Node(string name, string program, Uri health, string[] within, IReadOnlyDictionary<string, string> settings)
    : IDisposable
{
    private ChildProcess? _process;
    private StreamWriter? _log;

    public string Name => name;

    /// <summary>Where it answers HTTP.</summary>
    public Uri Address => health;

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>How it ended last.</summary>
    public int? ExitCode { get; private set; }

    private static string Logs => Directory.CreateDirectory(Repository.Full("artifacts/cluster-logs")).FullName;

    public void Start()
    {
        _log ??= new StreamWriter(Path.Combine(Logs, name + ".log")) { AutoFlush = true };
        // Phones on other threads look whether it runs.
        _process = ChildProcess.Start(
            [.. within, .. ChildProcess.Dotnet(program)], settings.Select(setting => (setting.Key, (string?)setting.Value)),
            heard: (line, _) => Say(line));
    }

    /// <summary>Until it says that it is ready.</summary>
    public Task Ready() => _process!.Ready(health);

    /// <summary>Until it answers, though it may not be ready.</summary>
    public Task Lives() => _process!.Ready(health, "health/live");

    /// <summary><c>kill -9</c>: it ends without a word.</summary>
    public async Task Kill()
    {
        _process!.Signal("KILL");
        await Exited();
    }

    /// <summary><c>SIGTERM</c>, as every orchestrator does it; the time that the process took to end.</summary>
    public async Task<TimeSpan> Stop()
    {
        var watch = Stopwatch.StartNew();
        _process!.Signal("TERM");
        await Exited();
        return watch.Elapsed;
    }

    /// <summary>Gets no more CPU, and does not know it.</summary>
    public void Pause() => _process!.Pause();

    /// <summary>Goes on as if nothing had been.</summary>
    public void Resume() => _process!.Resume();

    /// <summary>Until it has ended, by itself or not.</summary>
    public async Task Exited()
    {
        var process = _process!;
        ExitCode = await process.Exited();
        _process = null;
        await process.DisposeAsync();
    }

    public void Dispose()
    {
        _process?.Dispose();
        _log?.Dispose();
    }

    /// <summary>What it has said so far.</summary>
    public string Said => File.ReadAllText(Path.Combine(Logs, name + ".log"));

    private void Say(string line)
    {
        if (_log is not { } log)
            return;
        lock (log)
            log.WriteLine(line);
    }
}
