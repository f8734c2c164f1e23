using System.Net;
using System.Security.Cryptography;

namespace OrleansCalls.Load.Targets;

/// <summary>The service in one of its forms, from the programs built beside this one.</summary>
internal abstract class ServiceTarget : Target
{
    private readonly LoadOptions _options;

    protected ServiceTarget(string name, string title, LoadOptions options) : base(name, title)
    {
        _options = options;
        IsService = true;
    }

    /// <summary>official, mixed or embedded: which packages the programs were built with.</summary>
    public static string PackageMode => Path.GetFileName(Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../..")));

    protected string Key { get; } = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));

    /// <inheritdoc/>
    public override Dialect NewDialect() => new SignalR("/hubs/calls", Key);

    /// <inheritdoc/>
    public override string? Missing() => File.Exists(Program("Gateway")) ? null : $"{Program("Gateway")} is not built";

    /// <summary>A program of the service.</summary>
    protected static string Program(string name)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(here.Parent!.Parent!.FullName, "OrleansCalls." + name, here.Name, $"OrleansCalls.{name}.dll");
    }

    /// <summary>Settings for a program of the service: the tool's, then the scenario's, then the command line's.</summary>
    protected Dictionary<string, string> Environment(IEnumerable<string> settings, params (string Name, string Value)[] own)
    {
        Dictionary<string, string> all = new(StringComparer.Ordinal)
        {
            ["Auth__SigningKey"] = Key,
            // A pair of the closed loop is one of thousands of real ones: neither limit is there to be measured.
            ["Gateway__MessagesPerSecond"] = "100000",
            ["Gateway__MessageBurst"] = "1000000",
            ["Calls__PairRings"] = "1000",
            ["Calls__PairWindow"] = "00:00:01",
        };
        foreach (var (name, value) in own)
            all[name] = value;
        foreach (var setting in settings.Concat(_options.Settings).Select(setting => setting.Split('=', 2)))
            all[setting[0]] = setting[1];
        return all;
    }

    /// <summary>Starts the gateway and waits until it is ready.</summary>
    protected void LaunchGateway(string part, string folder, string cores, Dictionary<string, string> environment)
    {
        Address = new IPEndPoint(IPAddress.Loopback, ServerProcess.FreePort());
        environment["ASPNETCORE_URLS"] = $"http://{Address}";
        LaunchDotnet(part, Program("Gateway"), [], folder, cores, environment).AwaitPage(new Uri($"http://{Address}/health/ready"));
    }

    /// <summary>Starts a PostgreSQL of its own.</summary>
    protected void LaunchPostgres(string folder, string cores)
    {
        Postgres = PostgresServer.Start(folder, cores);
        Settings.Add("postgres: " + PostgresServer.Words);
        Own.Add(new Part("postgres", Postgres.Pid, Family: true));
    }
}

/// <summary>One process: gateway, silo and SQLite.</summary>
internal sealed class SqliteTarget(LoadOptions options) : ServiceTarget("sqlite", "one process with SQLite", options)
{
    private readonly string _synchronous = options.Synchronous;

    /// <inheritdoc/>
    protected override void Launch(string folder, string cores, IReadOnlyList<string> settings)
    {
        var data = Path.Combine(folder, "data");
        SqliteFile = Path.Combine(data, "calls.db");
        LaunchGateway("service", folder, cores, Environment(settings, ("Storage__Path", data), ("Storage__Synchronous", _synchronous)));
    }
}

/// <summary>One process with PostgreSQL beside it.</summary>
internal sealed class PostgresTarget(LoadOptions options) : ServiceTarget("postgres", "one process with PostgreSQL", options)
{
    /// <inheritdoc/>
    public override string? Missing() => base.Missing() ?? PostgresServer.Missing();

    /// <inheritdoc/>
    protected override void Launch(string folder, string cores, IReadOnlyList<string> settings)
    {
        LaunchPostgres(folder, cores);
        LaunchGateway("service", folder, cores, Environment(settings, ("ConnectionStrings__Postgres", Postgres!.ConnectionString)));
    }
}

/// <summary>Silo, gateway and PostgreSQL, each in its own process.</summary>
internal sealed class ApartTarget(LoadOptions options) : ServiceTarget("apart", "silo, gateway and PostgreSQL apart", options)
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
            ("Silo__Address", "127.0.0.1"), ("Silo__Port", $"{ServerProcess.FreePort()}"), ("Silo__GatewayPort", $"{ServerProcess.FreePort()}"));
        LaunchDotnet("silo", Program("Silo"), [], folder, cores, silo).AwaitPage(new Uri($"http://{health}/health/ready"));
        var gateway = Environment(settings, ("ConnectionStrings__Postgres", Postgres.ConnectionString), ("Gateway__Silo", "cluster"));
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
