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

    private readonly string _data;
    private readonly ConcurrentQueue<string> _log = new();
    private readonly Process _process;

    private Program(Process process, Uri address, string data)
    {
        (_process, Address, _data) = (process, address, data);
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

    /// <summary>Resident memory, in bytes.</summary>
    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts it and waits until it is ready.</summary>
    public static async Task<Program> Start(params (string Name, string Value)[] settings)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}/");
        var data = Directory.CreateTempSubdirectory("orleanscalls-").FullName;
        var program = new Program(Run(address.ToString(), data, settings), address, data);
        var patience = Stopwatch.StartNew();
        using var clock = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await clock.WaitForNextTickAsync())
        {
            Assert.False(program.HasExited, $"The program ended by itself: {string.Join('\n', program.Log)}");
            Assert.True(patience.Elapsed < Patience, "The program never became ready.");
            try
            {
                if ((await program.Http.GetAsync("health/ready")).IsSuccessStatusCode)
                    break;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
        }

        return program;
    }

    /// <summary>Runs it with settings that do not let it start.</summary>
    /// <returns>How it ended, and what it said on standard error.</returns>
    public static Task<(int ExitCode, string Error)> Refuse(params (string Name, string Value)[] settings) => End(_ => Task.CompletedTask, settings);

    /// <summary>Runs it until it ends.</summary>
    /// <returns>How it ended, and what it said on standard error.</returns>
    public static async Task<(int ExitCode, string Error)> End(Func<Process, Task> meanwhile, params (string Name, string Value)[] settings)
    {
        var data = Directory.CreateTempSubdirectory("orleanscalls-").FullName;
        using var process = Run("http://127.0.0.1:0", data, settings);
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
        Directory.Delete(data, recursive: true);
        return (process.ExitCode, await error);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    private static Process Run(string urls, string data, (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "OrleansCalls.Gateway.dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ASPNETCORE_URLS"] = urls,
                ["ASPNETCORE_ENVIRONMENT"] = "Production",
                ["Storage__Path"] = data,
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
