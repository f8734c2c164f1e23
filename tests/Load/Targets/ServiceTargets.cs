using System.Net;

namespace OrleansCalls.Load.Targets;

/// <summary>One process: gateway, silo and SQLite.</summary>
internal sealed class SqliteTarget(LoadOptions options, Variant variant)
    : ServiceTarget("sqlite", "one process with SQLite", options, variant)
{
    private readonly string _synchronous = options.Synchronous;

    /// <inheritdoc/>
    protected override void Launch(string folder, string cores, IReadOnlyList<string> settings)
    {
        var data = Path.Combine(folder, "data");
        SqliteFile = Path.Combine(data, "calls.db");
        LaunchGateway(
            "service", folder, cores, Environment(settings, ("Storage__Path", data), ("Storage__Synchronous", _synchronous)));
    }
}

/// <summary>One process with PostgreSQL beside it.</summary>
internal sealed class PostgresTarget(LoadOptions options, Variant variant)
    : ServiceTarget("postgres", "one process with PostgreSQL", options, variant)
{
    /// <inheritdoc/>
    public override string? Missing() => base.Missing() ?? PostgresServer.Missing();

    /// <inheritdoc/>
    protected override void Launch(string folder, string cores, IReadOnlyList<string> settings)
    {
        LaunchPostgres(folder, cores);
        LaunchGateway(
            "service", folder, cores, Environment(settings, ("ConnectionStrings__Postgres", Postgres!.ConnectionString)));
    }
}

/// <summary>Silo, gateway and PostgreSQL, each in its own process.</summary>
internal sealed class ApartTarget(LoadOptions options, Variant variant)
    : ServiceTarget("apart", "silo, gateway and PostgreSQL apart", options, variant)
{
    /// <inheritdoc/>
    public override string? Missing() => base.Missing() ?? PostgresServer.Missing()
        ?? (File.Exists(Program("Silo")) ? null : $"{Program("Silo")} is not built");

    /// <inheritdoc/>
    protected override void Launch(string folder, string cores, IReadOnlyList<string> settings)
    {
        LaunchPostgres(folder, cores);
        var health = new IPEndPoint(IPAddress.Loopback, ServerProcess.FreePort());
        var silo = Environment(
            settings,
            ("ConnectionStrings__Postgres", Postgres!.ConnectionString), ("ASPNETCORE_URLS", $"http://{health}"),
            ("Silo__Address", "127.0.0.1"), ("Silo__Port", $"{ServerProcess.FreePort()}"),
            ("Silo__GatewayPort", $"{ServerProcess.FreePort()}"));
        LaunchDotnet("silo", Program("Silo"), [], folder, cores, silo).AwaitPage(new Uri($"http://{health}/health/ready"));
        var gateway = Environment(
            settings, ("ConnectionStrings__Postgres", Postgres.ConnectionString), ("Gateway__Silo", "cluster"));
        LaunchGateway("gateway", folder, cores, gateway);
    }
}

/// <summary>A gateway that somebody else has started: seen from outside only.</summary>
internal sealed class GivenTarget : Target
{
    private readonly string _key;

    public GivenTarget(IPEndPoint address, string key) : base("given", $"the gateway at {address}")
    {
        (Address, _key) = (address, key);
        IsService = true;
    }

    /// <inheritdoc/>
    public override Dialect NewDialect() => new SignalR("/hubs/calls", _key);

    /// <inheritdoc/>
    protected override void Launch(string folder, string cores, IReadOnlyList<string> settings)
    {
        // It runs already, with the settings that it has.
    }
}
