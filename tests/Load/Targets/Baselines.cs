using System.Net;
using OrleansCalls.Load.Relay;

namespace OrleansCalls.Load.Targets;

/// <summary>The bare relay: <see cref="RelayHub"/>, a mode of this program.</summary>
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

/// <summary>The floor of Orleans: a hub, a call grain and user grains in one process, nothing stored (<c>Floor/</c>).</summary>
internal sealed class FloorTarget() : Target("orleans-floor", "hub, call and user grains in one process, in memory")
{
    /// <inheritdoc/>
    public override Dialect NewDialect() => new SignalR("/hubs/floor", null);

    /// <inheritdoc/>
    protected override void Launch(string folder, string cores, IReadOnlyList<string> settings)
    {
        Address = new IPEndPoint(IPAddress.Loopback, ServerProcess.FreePort());
        Dictionary<string, string> environment = new()
        {
            ["ASPNETCORE_URLS"] = $"http://{Address}",
            ["Silo__Port"] = $"{ServerProcess.FreePort()}",
            ["Silo__GatewayPort"] = $"{ServerProcess.FreePort()}",
        };
        LaunchDotnet("server", BesideThis("OrleansCalls.Load.Floor"), [], folder, cores, environment)
            .AwaitPage(new Uri($"http://{Address}/ready"));
    }
}
