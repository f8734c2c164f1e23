using Npgsql;

namespace OrleansCalls.Tests.Support;

/// <summary>
/// A PostgreSQL of the tests' own: a new cluster in a temporary folder, on the loopback interface, started when the first test
/// asks for a database.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "orleanscalls-pg-" + Guid.NewGuid().ToString("N"));
    private ChildProcess? _server;

    /// <summary>Known before the server runs, so that a test can look for it too early.</summary>
    public int Port { get; } = Ports.Free();

    /// <summary>Folder of the server's programs; null where there is none.</summary>
    public static string? Programs { get; } = Find();

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>Connection string of a new, empty database.</summary>
    public async Task<string> CreateDatabase()
    {
        await Start();
        var name = "t" + Guid.NewGuid().ToString("N");
        await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return ConnectionString(name);
    }

    public string ConnectionString(string database) =>
        $"Host=127.0.0.1;Port={Port};Username=calls;Database={database};Maximum Pool Size=16";

    /// <summary>
    /// Stops the server in the middle of whatever it is doing; <see cref="Start"/> brings it back with its data.
    /// </summary>
    public async Task Stop()
    {
        await Run([.. AsUnprivileged, Path.Combine(Programs!, "pg_ctl"), "stop", "-D", _folder + "/data", "-m", "immediate"]);
        await _server!.Exited();
        await _server.DisposeAsync();
        _server = null;
        NpgsqlConnection.ClearAllPools();
    }

    /// <summary>Starts the server, unless it runs; for one test at a time.</summary>
    public async Task Start()
    {
        if (_server is not null)
            return;
        if (Directory.Exists(_folder))
        {
            await Launch();
            return;
        }

        if (Programs is null)
            throw new InvalidOperationException(
                "No PostgreSQL server programs (initdb, postgres) under /usr/lib/postgresql or on the PATH.");
        Directory.CreateDirectory(_folder);
        if (IsRoot)
            await Run("chown", Unprivileged, _folder);
        await Run(
            [.. AsUnprivileged, Path.Combine(Programs, "initdb"), "-D", _folder + "/data", "-U", "calls", "-A",
                "trust", "-E", "UTF8",
                "--locale=C", "--no-sync"]);
        await Launch();
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await Stop();
        }

        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    private static bool IsRoot => Environment.UserName == "root";

    private static string Unprivileged =>
        File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal))
            ? "postgres" : "nobody";

    /// <summary>The server refuses to be root.</summary>
    private static string[] AsUnprivileged => IsRoot ? ["runuser", "-u", Unprivileged, "--"] : [];

    private async Task Launch()
    {
        _server = ChildProcess.Start(
            [.. AsUnprivileged, Path.Combine(Programs!, "postgres"), "-D", _folder + "/data", "-p", $"{Port}", "-k", _folder,
                "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "max_connections=300"],
            folder: "/");
        await _server.Line("ready to accept connections");
    }

    private static async Task Run(params string[] command) => await ChildProcess.Succeed(command, folder: "/");

    private static string? Find()
    {
        var installed = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(folder => Path.Combine(folder, "bin"))
            : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(
            Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return installed.Concat(path).FirstOrDefault(
            folder => Exists(Path.Combine(folder, "initdb")) && Exists(Path.Combine(folder, "postgres")));
    }

    /// <summary>A link to nothing is no program.</summary>
    private static bool Exists(string file) =>
        File.Exists(file) && new FileInfo(file).ResolveLinkTarget(returnFinalTarget: true) is not { Exists: false };
}
