using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace OrleansCalls.Tests.Tool;

/// <summary>A real coturn on loopback, as the compose files run it: with a shared secret, over UDP and TCP, with two relay ports.</summary>
public sealed class Coturn : IAsyncLifetime
{
    public const string Secret = "a secret of the TURN server";

    private readonly string _folder = Directory.CreateTempSubdirectory("orleanscalls-turn-").FullName;
    private Process _process = null!;

    public int Port { get; } = FreePort();

    public async Task InitializeAsync()
    {
        _process = Process.Start(new ProcessStartInfo("turnserver",
        [
            "-n", "--use-auth-secret", $"--static-auth-secret={Secret}", "--realm=calls.test", "--listening-ip=127.0.0.1", $"--listening-port={Port}",
            "--relay-ip=127.0.0.1", "--no-tls", "--no-dtls", "--no-cli", "--log-file=stdout", "--simple-log", $"--pidfile={_folder}/pid",
            $"--userdb={_folder}/db", "--min-port=20160", "--max-port=20161",
        ])
        { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder })!;
        _ = _process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        _ = Drain();
        // Its log says that it listens before it does.
        while (!await Listens(patience.Token))
            await Task.Delay(50, patience.Token);
    }

    public async Task DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task Drain()
    {
        while (await _process.StandardOutput.ReadLineAsync() is not null)
        {
            // A full pipe would stop it.
        }
    }

    private async Task<bool> Listens(CancellationToken cancellation)
    {
        if (_process.HasExited)
            throw new InvalidOperationException("turnserver did not start.");
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, Port, cancellation);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

/// <summary>A test that needs coturn: skipped without it, in CI (where it is installed) failed.</summary>
public sealed class NeedCoturnAttribute : FactAttribute
{
    public NeedCoturnAttribute()
    {
        if (Environment.GetEnvironmentVariable("ORLEANSCALLS_REQUIRE_ALL") != "1"
            && !(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "turnserver"))))
            Skip = "turnserver (coturn) is not on this machine.";
    }
}
