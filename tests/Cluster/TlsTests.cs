using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;

namespace OrleansCalls.Tests.Cluster;

/// <summary>TLS between the processes of a cluster, with certificates made as docker/README.md says.</summary>
public sealed class TlsTests : IAsyncLifetime
{
    private readonly PostgresServer _postgres = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("orleanscalls-tls-").FullName;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _postgres.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Need(Need.Postgres)]
    public async Task TwoSilosAndAGateway_SpeakTls_AndLetNobodyElseIn()
    {
        await MakeCertificates("ours", "silo-1", "silo-2", "gateway-1");
        await MakeCertificates("theirs", "silo-3");
        var database = await _postgres.CreateDatabase();
        var port = Ports.Free();
        using var first = Silo("tls-silo1", database, [("Silo__Port", $"{port}"), .. Certificate("ours", "silo-1")]);
        using var second = Silo("tls-silo2", database, Certificate("ours", "silo-2"));
        first.Start();
        await first.Ready();
        second.Start();
        await second.Ready();
        using var gateway = CallCluster.Gateway(11, database, Certificate("ours", "gateway-1"));
        gateway.Start();
        await gateway.Ready();
        await using var caller = await Phone.SwitchOn("tls-alice", [gateway]);
        await using var callee = await Phone.SwitchOn("tls-bob", [gateway]);
        await caller.Do(
            "StartCall", new { callId = "sealed", calleeIds = new[] { "tls-bob" }, media = "audio", ringSeconds = 170 });
        await callee.Until("sealed", "that it rings", heard => heard.Incoming);

        // Who has no certificate, or one of somebody else's authority, is not spoken to.
        Assert.False(await IsSpokenTo(port, "theirs/silo-3"));
        using var stranger = Silo("tls-silo3", database, Certificate("theirs", "silo-3"));
        await IsNotLetIn(stranger, database);
        using var bare = Silo("tls-silo4", database);
        await IsNotLetIn(bare, database);

        await callee.Do("AcceptCall", new { callId = "sealed" });
        await caller.Until("sealed", "that it was accepted", heard => heard.Accepted);
        Assert.True(first.IsRunning && second.IsRunning);
    }

    /// <summary>It tries for some minutes, or until the others have declared it dead.</summary>
    private static async Task IsNotLetIn(Node silo, string database)
    {
        silo.Start();
        await Until.True(
            () => silo.Said.Contains("Failed to get ping responses from ", StringComparison.Ordinal),
            $"a word of {silo.Name} that nobody answers it",
            TimeSpan.FromSeconds(90), () => silo.Said);

        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT count(*) FROM orleansmembershiptable WHERE status = 3", connection);
        Assert.Equal(2L, await command.ExecuteScalarAsync());
        if (silo.IsRunning)
            await silo.Kill();
    }

    private static Node Silo(string name, string database, params (string, string)[] more)
    {
        var settings = CallCluster.Settings(new Uri($"http://127.0.0.1:{Ports.Free()}/"), database,
            [("Silo__Address", "127.0.0.1"), ("Silo__Port", "0"), ("Silo__GatewayPort", "0"), .. more]);
        return new Node(name, "OrleansCalls.Silo.dll", new Uri(settings["ASPNETCORE_URLS"]), [], settings);
    }

    private (string, string)[] Certificate(string authority, string name) =>
    [
        ("Cluster__CertificateFile", $"{_folder}/{authority}/{name}.pem"),
        ("Cluster__KeyFile", $"{_folder}/{authority}/{name}.key"),
        ("Cluster__AuthorityFile", $"{_folder}/{authority}/authority.pem"),
    ];

    private async Task MakeCertificates(string authority, params string[] names) =>
        await ChildProcess.Succeed(
            ["bash", Repository.Full("docker/certificates.sh"), Path.Combine(_folder, authority), .. names]);

    private async Task<bool> IsSpokenTo(int port, string certificate)
    {
        using var own = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPemFile(
            $"{_folder}/{certificate}.pem", $"{_folder}/{certificate}.key");
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", port);
        await using var tls = new SslStream(socket.GetStream());
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "silo",
                LocalCertificateSelectionCallback = (_, _, _, _, _) => own,
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Issuer == "CN=orleans-calls cluster",
            });
            // With TLS 1.3 a client learns of its refusal only when it reads. On a connection that is taken
            // nothing would come: the test fails.
            return await tls.ReadAsync(new byte[1]).AsTask().WaitAsync(TimeSpan.FromSeconds(30)) > 0;
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException)
        {
            return false;
        }
    }
}
