using System.Net;
using System.Net.Sockets;

namespace OrleansCalls.Tests.Tool;

/// <summary>
/// A real coturn on loopback, as the compose files run it: with a shared secret, over UDP and TCP, with two relay ports.
/// </summary>
public sealed class Coturn : IAsyncLifetime
{
    public const string Secret = "a secret of the TURN server";

    private readonly string _folder = Directory.CreateTempSubdirectory("orleanscalls-turn-").FullName;
    private ChildProcess _process = null!;

    public int Port { get; } = Ports.Free();

    public async Task InitializeAsync()
    {
        _process = ChildProcess.Start(
        [
            "turnserver", "-n", "--use-auth-secret", $"--static-auth-secret={Secret}", "--realm=calls.test",
            "--listening-ip=127.0.0.1", $"--listening-port={Port}",
            "--relay-ip=127.0.0.1", "--no-tls", "--no-dtls", "--no-cli", "--log-file=stdout", "--simple-log",
            $"--pidfile={_folder}/pid",
            $"--userdb={_folder}/db", "--min-port=20160", "--max-port=20161",
        ],
        folder: _folder);
        // Its log says that it listens before it does.
        await Until.True(Listens, $"a TURN server at port {Port}", saw: () => _process.Lines);
    }

    public async Task DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<bool> Listens()
    {
        if (_process.HasExited)
            throw new InvalidOperationException("turnserver did not start.");
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
