using System.Diagnostics;
using Npgsql;

namespace OrleansCalls.Tests.Cluster;

/// <summary>
/// Tests that break things in the one cluster, one after another: two at once would get each other's faults, and half the CPU.
/// </summary>
[CollectionDefinition(Name)]
public sealed class SharedCluster : ICollectionFixture<CallCluster>
{
    public const string Name = "cluster";
}

/// <summary>Real processes: a PostgreSQL, silos and gateways. What a test has broken is mended before the next one.</summary>
public sealed class CallCluster : IAsyncLifetime
{
    public const int Silos = 3;
    public const int Gateways = 2;

    // Silos vote on each other, and machines that have much else to do are slow to answer.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private Network? _network;

    public PostgresServer Postgres { get; } = new();

    public string Database { get; private set; } = "";

    public IReadOnlyList<Node> SiloNodes { get; private set; } = [];

    public IReadOnlyList<Node> GatewayNodes { get; private set; } = [];

    private IEnumerable<Node> All => SiloNodes.Concat(GatewayNodes);

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>Starts what does not run, and returns when all of it is ready.</summary>
    public async Task Ready()
    {
        if (Database.Length == 0)
            await Make();
        await Postgres.Start();
        foreach (var node in All.Where(node => !node.IsRunning))
            node.Start();
        await Task.WhenAll(All.Select(node => node.Ready()));
        await Settled();
    }

    /// <summary>Until all silos see each other.</summary>
    public Task Settled() => Until.Seen(
        () => Count("SELECT count(*) FROM orleansmembershiptable WHERE status = 3"), active => active == Silos,
        $"a cluster of {Silos} active silos", Patience);

    /// <summary>How long it takes until the cluster has declared one more silo dead.</summary>
    public async Task<TimeSpan> Detection(Func<Task> fault)
    {
        const string Dead = "SELECT count(*) FROM orleansmembershiptable WHERE status = 6";
        var before = await Count(Dead);
        await fault();
        var watch = Stopwatch.StartNew();
        await Until.Seen(() => Count(Dead), dead => dead > before, $"more than {before} dead silos", Patience);
        return watch.Elapsed;
    }

    public async Task<long> Count(string sql)
    {
        await using var connection = new NpgsqlConnection(Database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async Task DisposeAsync()
    {
        foreach (var node in All)
            node.Dispose();
        if (_network is not null)
            await _network.DisposeAsync();
        await Postgres.DisposeAsync();
    }

    private async Task Make()
    {
        Database = await Postgres.CreateDatabase();
        if (Network.Lacks is null)
            _network = await Network.Create(Postgres.Port);
        SiloNodes = [.. Enumerable.Range(1, Silos).Select(Silo)];
        GatewayNodes = [.. Enumerable.Range(1, Gateways).Select(number => Gateway(number, Database))];
    }

    private Node Silo(int number)
    {
        var (address, within) = _network?.Add(number) ?? ("127.0.0.1", []);
        var database = _network is null ? Database : Database
            .Replace("127.0.0.1", Network.Home, StringComparison.Ordinal)
            .Replace($"Port={Postgres.Port}", $"Port={_network.DatabasePort}", StringComparison.Ordinal);
        var web = new Uri($"http://{address}:{Ports.Free()}/");
        return new Node($"silo{number}", "OrleansCalls.Silo.dll", web, within, Settings(web, database, ("Silo__Address", address),
            ("Silo__Port", $"{Ports.Free()}"), ("Silo__GatewayPort", $"{Ports.Free()}")));
    }

    public static Node Gateway(int number, string database, params (string, string)[] more)
    {
        var web = new Uri($"http://127.0.0.1:{Ports.Free()}/");
        return new Node($"gateway{number}", "OrleansCalls.Gateway.dll", web, [], Settings(web, database,
            [("Gateway__Silo", "cluster"), ("Gateway__DrainSeconds", "3"), ("Auth__SigningKey", Service.SigningKey), .. more]));
    }

    public static Dictionary<string, string> Settings(Uri web, string database, params (string Name, string Value)[] more)
    {
        var settings = new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = web.ToString().TrimEnd('/'),
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["ConnectionStrings__Postgres"] = database,
            ["Calls__PairRings"] = "0",
            ["Calls__StartsPerMinute"] = "0",
            ["Calls__CalleesPerMinute"] = "0",
            ["Logging__LogLevel__OrleansCalls"] = "Warning",
            ["Logging__LogLevel__OrleansCalls.Silo.Cluster"] = "Information",
        };
        foreach (var (name, value) in more)
            settings[name] = value;
        return settings;
    }
}
