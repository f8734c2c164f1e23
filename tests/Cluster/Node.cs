using System.Diagnostics;
using System.Globalization;

namespace OrleansCalls.Tests.Cluster;

/// <summary>One process of the cluster. What it says goes into a file under <c>artifacts/cluster-logs</c>.</summary>
public sealed class Node(string name, string program, Uri health, string[] within, IReadOnlyDictionary<string, string> settings) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private Process? _process;
    private StreamWriter? _log;

    public string Name => name;

    /// <summary>Where it answers HTTP.</summary>
    public Uri Address => health;

    public bool IsRunning
    {
        get
        {
            try
            {
                return _process is { HasExited: false };
            }
            catch (InvalidOperationException)
            {
                // Disposed of in this moment.
                return false;
            }
        }
    }

    /// <summary>How it ended last.</summary>
    public int? ExitCode { get; private set; }

    private static string Logs => Directory.CreateDirectory(Path.Combine(Repository, "artifacts", "cluster-logs")).FullName;

    internal static string Repository
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "OrleansCalls.sln")))
                folder = Path.GetDirectoryName(folder)!;
            return folder;
        }
    }

    public void Start()
    {
        string[] command = [.. within, "dotnet", Path.Combine(AppContext.BaseDirectory, program)];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in settings)
            start.Environment[key] = value;
        _log ??= new StreamWriter(Path.Combine(Logs, name + ".log")) { AutoFlush = true };
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Say(line.Data);
        process.ErrorDataReceived += (_, line) => Say(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        // Phones on other threads look whether it runs.
        _process = process;
    }

    /// <summary>Until it says that it is ready.</summary>
    public async Task Ready()
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        using var clock = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var patience = Stopwatch.StartNew();
        while (await clock.WaitForNextTickAsync())
        {
            Assert.True(IsRunning, $"{name} ended by itself; see its log in {Logs}.");
            Assert.True(patience.Elapsed < Patience, $"{name} never became ready; see its log in {Logs}.");
            try
            {
                if ((await http.GetAsync(new Uri(health, "health/ready"))).IsSuccessStatusCode)
                    return;
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                // Not listening yet.
            }
        }
    }

    /// <summary><c>kill -9</c>: it ends without a word.</summary>
    public async Task Kill()
    {
        Signal("KILL");
        await Exited();
    }

    /// <summary><c>SIGTERM</c>, as every orchestrator does it; the time that the process took to end.</summary>
    public async Task<TimeSpan> Stop()
    {
        var watch = Stopwatch.StartNew();
        Signal("TERM");
        await Exited();
        return watch.Elapsed;
    }

    /// <summary>Gets no more CPU, and does not know it.</summary>
    public void Pause() => Signal("STOP");

    /// <summary>Goes on as if nothing had been.</summary>
    public void Resume() => Signal("CONT");

    /// <summary>Until it has ended, by itself or not.</summary>
    public async Task Exited()
    {
        var process = _process!;
        await process.WaitForExitAsync().WaitAsync(Patience);
        ExitCode = process.ExitCode;
        _process = null;
        process.Dispose();
    }

    public void Dispose()
    {
        if (_process is { HasExited: false })
        {
            Signal("CONT");
            _process.Kill();
            _process.WaitForExit();
        }

        _process?.Dispose();
        _log?.Dispose();
    }

    /// <summary>What it has said so far.</summary>
    public string Said => File.ReadAllText(Path.Combine(Logs, name + ".log"));

    // Of "ip netns exec" nothing is left once it has become the program it was asked for, so the process id is the program's own.
    private void Signal(string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private void Say(string? line)
    {
        if (line is null || _log is not { } log)
            return;
        lock (log)
            log.WriteLine(line);
    }
}
