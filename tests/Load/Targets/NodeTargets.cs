using System.Net;
using System.Security.Cryptography;

namespace OrleansCalls.Load.Targets;

/// <summary>A program of <c>node/</c>.</summary>
internal abstract class NodeProgram(string name, string title) : Target(name, title)
{
    private static string Home => Path.Combine(AppContext.BaseDirectory, "node");

    /// <inheritdoc/>
    public override string? Missing()
    {
        if (!IsThere("node") || !IsThere("npm"))
            return "node and npm are not on the PATH";
        // What npm has installed, and whether it is what the lock file of now names.
        var (wanted, installed) =
            (Path.Combine(Home, "package-lock.json"), Path.Combine(Home, "node_modules", ".package-lock.json"));
        if (File.Exists(installed) && File.GetLastWriteTimeUtc(installed) >= File.GetLastWriteTimeUtc(wanted))
            return null;
        using var install = Process.Start(new ProcessStartInfo("npm", ["ci", "--silent"]) { WorkingDirectory = Home })!;
        install.WaitForExit();
        return install.ExitCode == 0 ? null : $"npm ci in {Home} failed";
    }

    /// <summary>Starts the program and waits until it listens.</summary>
    protected void LaunchNode(string file, string folder, string cores, Dictionary<string, string> environment)
    {
        Address = new IPEndPoint(IPAddress.Loopback, ServerProcess.FreePort());
        var probe = Path.Combine(folder, "node.probe");
        environment["PORT"] = Address.Port.ToString(CultureInfo.InvariantCulture);
        environment["NODE_ENV"] = "production";
        environment["ORLEANSCALLS_LOAD_PROBE"] = probe;
        Launch("server", ["node", "--expose-gc", Path.Combine(Home, file)], folder, cores, environment, probe)
            .AwaitPage(new Uri($"http://{Address}/"));
    }

    private static bool IsThere(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}

/// <summary>What app teams describe: Socket.IO on Node, in memory.</summary>
internal sealed class NodeTarget() : NodeProgram("node", "Socket.IO server on Node, in memory")
{
    /// <inheritdoc/>
    public override Dialect NewDialect() => new SocketIo();

    /// <inheritdoc/>
    protected override void Launch(string folder, string cores, IReadOnlyList<string> settings) =>
        LaunchNode("server.mjs", folder, cores, []);
}

/// <summary>The durable peer: Socket.IO on Node, each change stored in PostgreSQL before it is sent, tokens verified.</summary>
internal sealed class DurableTarget() : NodeProgram("durable", "Socket.IO server on Node with PostgreSQL beside it")
{
    private readonly string _key = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));

    /// <inheritdoc/>
    public override Dialect NewDialect() => new SocketIo(_key);

    /// <inheritdoc/>
    public override string? Missing() => PostgresServer.Missing() ?? base.Missing();

    /// <inheritdoc/>
    protected override void Launch(string folder, string cores, IReadOnlyList<string> settings)
    {
        LaunchPostgres(folder, cores);
        LaunchNode("durable.mjs", folder, cores, new()
        {
            ["TOKEN_KEY"] = _key,
            ["PGHOST"] = "127.0.0.1",
            ["PGPORT"] = $"{Postgres!.Port}",
            ["PGUSER"] = PostgresServer.User,
            ["PGDATABASE"] = PostgresServer.Database,
        });
    }
}
