using System.Net;
using OrleansCalls.Load.Relay;

namespace OrleansCalls.Load.Targets;

/// <summary>The floor: <see cref="RelayHub"/>, this very program in another mode.</summary>
internal sealed class RelayTarget() : Target("relay", "bare SignalR relay, in memory")
{
    /// <inheritdoc/>
    public override Dialect NewDialect() => new SignalR(RelayApp.Hub, null);

    /// <inheritdoc/>
    protected override void Launch(string folder, string cores, IReadOnlyList<string> settings)
    {
        Address = new IPEndPoint(IPAddress.Loopback, ServerProcess.FreePort());
        LaunchDotnet(
            "server", typeof(RelayTarget).Assembly.Location, ["relay"], folder, cores,
            new() { ["ASPNETCORE_URLS"] = $"http://{Address}" }).AwaitPage(new Uri($"http://{Address}/ready"));
    }
}

/// <summary>What app teams have today: Socket.IO on Node, in memory.</summary>
internal sealed class NodeTarget() : Target("node", "Socket.IO server on Node, in memory")
{
    private static string Home => Path.Combine(AppContext.BaseDirectory, "node");

    /// <inheritdoc/>
    public override Dialect NewDialect() => new SocketIo();

    /// <inheritdoc/>
    public override string? Missing()
    {
        if (!IsThere("node") || !IsThere("npm"))
            return "node and npm are not on the PATH";
        if (Directory.Exists(Path.Combine(Home, "node_modules", "socket.io")))
            return null;
        using var install = Process.Start(new ProcessStartInfo("npm", ["ci", "--silent"]) { WorkingDirectory = Home })!;
        install.WaitForExit();
        return install.ExitCode == 0 ? null : $"npm ci in {Home} failed";
    }

    /// <inheritdoc/>
    protected override void Launch(string folder, string cores, IReadOnlyList<string> settings)
    {
        Address = new IPEndPoint(IPAddress.Loopback, ServerProcess.FreePort());
        var probe = Path.Combine(folder, "node.probe");
        Dictionary<string, string> environment = new()
        {
            ["PORT"] = Address.Port.ToString(CultureInfo.InvariantCulture),
            ["NODE_ENV"] = "production",
            ["ORLEANSCALLS_LOAD_PROBE"] = probe,
        };
        Launch("server", ["node", "--expose-gc", Path.Combine(Home, "server.mjs")], folder, cores, environment, probe)
            .AwaitPage(new Uri($"http://{Address}/"));
    }

    private static bool IsThere(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
