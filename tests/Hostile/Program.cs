using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace OrleansCalls.Tests.Hostile;

/// <summary>The program itself in Production settings, as a process of its own: what it logs, how it ends, how much memory it takes.</summary>
public sealed class Program : IAsyncDisposable
{
    public const string SigningKey = "a key for hostile tests, long enough for HS256";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // On a machine that has much else to do.
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(180);

    private readonly Place _place;
    private readonly ConcurrentQueue<string> _log = new();
    private readonly Process _process;

    private Program(Process process, Uri address, Place place)
    {
        (_process, Address, _place) = (process, address, place);
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = address, Timeout = Patience };
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    /// <summary>All lines so far, of both streams.</summary>
    public IReadOnlyCollection<string> Log => _log;

    public bool HasExited => _process.HasExited;

    public int Id => _process.Id;

    /// <summary>Time of processors that it has used.</summary>
    public TimeSpan Processors
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Resident memory, in bytes.</summary>
    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts it in a place of its own and waits until it is ready.</summary>
    public static Task<Program> Start(params (string Name, string Value)[] settings) => Start(Place.Of(owned: true), settings);

    /// <summary>Starts it and waits until it is ready.</summary>
    public static async Task<Program> Start(Place place, params (string Name, string Value)[] settings)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}/");
        var program = new Program(Run(address.ToString(), place, settings), address, place);
        try
        {
            await program.BecomeReady();
            return program;
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    private async Task BecomeReady()
    {
        var patience = Stopwatch.StartNew();
        using var clock = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await clock.WaitForNextTickAsync())
        {
            Assert.False(HasExited, $"The program ended by itself: {string.Join('\n', Log)}");
            Assert.True(patience.Elapsed < StartPatience, $"The program never became ready: {string.Join('\n', Log)}");
            if (await IsReady())
                return;
        }
    }

    public async Task<bool> IsReady()
    {
        try
        {
            using var answer = await Http.GetAsync("health/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // Not listening yet, or no more.
            return false;
        }
    }

    /// <summary>Runs it with settings that do not let it start.</summary>
    /// <returns>How it ended, and what it said on standard error.</returns>
    public static Task<(int ExitCode, string Error)> Refuse(params (string Name, string Value)[] settings) => End(_ => Task.CompletedTask, settings);

    /// <summary>Runs it until it ends.</summary>
    /// <returns>How it ended, and what it said on standard error.</returns>
    public static async Task<(int ExitCode, string Error)> End(Func<Process, Task> meanwhile, params (string Name, string Value)[] settings)
    {
        using var place = Place.Of(owned: true);
        return await End(place, meanwhile, settings);
    }

    /// <summary>Runs it in a place until it ends.</summary>
    public static async Task<(int ExitCode, string Error)> End(Place place, Func<Process, Task> meanwhile, params (string Name, string Value)[] settings)
    {
        using var process = Run("http://127.0.0.1:0", place, settings);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await meanwhile(process);
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            Assert.Fail($"The program did not refuse: {await output}");
        }

        await output;
        return (process.ExitCode, await error);
    }

    /// <summary>Sends it a signal, such as TERM or STOP.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> Ended()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        if (_place.IsOwned)
            _place.Dispose();
    }

    private static Process Run(string urls, Place place, (string Name, string Value)[] settings)
    {
        string[] command = [.. place.Before, "dotnet", Path.Combine(AppContext.BaseDirectory, "OrleansCalls.Gateway.dll")];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ASPNETCORE_URLS"] = urls,
                ["ASPNETCORE_ENVIRONMENT"] = "Production",
                ["Storage__Path"] = place.Folder,
                ["Auth__SigningKey"] = SigningKey,
                ["Gateway__DrainSeconds"] = "1",
            },
        };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private void Keep(string? line)
    {
        if (line is not null)
            _log.Enqueue(line);
    }
}
