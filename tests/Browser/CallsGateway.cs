using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace OrleansCalls.Tests.Browser;

/// <summary>The program itself, to be killed without a warning and started again on the same data.</summary>
internal sealed class CallsGateway(params (string Name, string Value)[] settings) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly string _data = Directory.CreateTempSubdirectory("orleanscalls-").FullName;
    private readonly int _port = FreePort();
    private Process? _process;

    /// <summary>A secure context, as localhost is.</summary>
    public string Address => $"http://localhost:{_port}";

    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    public async Task<CallsGateway> Run()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "OrleansCalls.Gateway.dll")])
        {
            Environment =
            {
                ["ASPNETCORE_URLS"] = Address, ["ASPNETCORE_ENVIRONMENT"] = "Development", ["Storage__Path"] = _data,
                ["Calls__PairRings"] = "0", ["Calls__StartsPerMinute"] = "0", ["Logging__LogLevel__Default"] = "Error",
            },
        };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        using var http = new HttpClient { BaseAddress = new Uri(Address) };
        using var clock = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var patience = Stopwatch.StartNew();
        while (await clock.WaitForNextTickAsync())
        {
            Assert.False(_process.HasExited, "The program ended by itself.");
            Assert.True(patience.Elapsed < Patience, "The program never became ready.");
            try
            {
                if ((await http.GetAsync("health/ready")).IsSuccessStatusCode)
                    break;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
        }

        return this;
    }

    public void Kill()
    {
        _process?.Kill();
        _process?.WaitForExit();
        _process?.Dispose();
        _process = null;
    }

    public ValueTask DisposeAsync()
    {
        Kill();
        Directory.Delete(_data, recursive: true);
        return ValueTask.CompletedTask;
    }
}
