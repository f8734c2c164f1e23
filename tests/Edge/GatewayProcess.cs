using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace OrleansCalls.Tests.Edge;

/// <summary>The program itself, to be killed without a warning and started again on the same data and port.</summary>
/// <param name="host">A name of the loopback interface: a browser takes <c>localhost</c> for a secure context.</param>
/// <param name="settings">Beside the place of its data, and logs of nothing but errors.</param>
internal sealed class GatewayProcess(string host, params (string Name, string Value)[] settings) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _data = Directory.CreateTempSubdirectory("orleanscalls-").FullName;
    private Process? _process;

    /// <summary>Where it listens.</summary>
    public Uri Address { get; } = new($"http://{host}:{FreePort()}/");

    /// <summary>A port of the loopback interface that nothing listens on.</summary>
    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Starts it and waits until it is ready.</summary>
    public async Task<GatewayProcess> Run()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "OrleansCalls.Gateway.dll")])
        {
            Environment =
            {
                ["ASPNETCORE_URLS"] = Address.ToString(), ["Storage__Path"] = _data, ["Logging__LogLevel__Default"] = "Error",
            },
        };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        using var http = new HttpClient { BaseAddress = Address };
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

    /// <summary>Ends it as a crash does.</summary>
    public void Kill()
    {
        _process?.Kill();
        _process?.WaitForExit();
        _process?.Dispose();
        _process = null;
    }

    /// <summary>Ends it, and its data are gone.</summary>
    public ValueTask DisposeAsync()
    {
        Kill();
        Directory.Delete(_data, recursive: true);
        return ValueTask.CompletedTask;
    }
}
