using System.Net;
using System.Text.Json.Nodes;
using Npgsql;

namespace OrleansCalls.Tests.Cluster;

/// <summary>What an operator may get wrong about a cluster, and the sentence that says so.</summary>
public sealed class BadInputTests : IAsyncLifetime
{
    private readonly PostgresServer _postgres = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _postgres.DisposeAsync();

    [Need(Need.Postgres)]
    public async Task SecondCluster_InTheSameDatabase_IsNotLetInWhileTheFirstLives()
    {
        var database = await _postgres.CreateDatabase();
        using var first = Silo("first", database, ("Cluster__Id", "blue"));
        first.Start();
        await first.Ready();

        var said = await Refused("OrleansCalls.Silo.dll", Settings(database, ("Cluster__Id", "green")));
        Assert.Equal(
            $"Cluster__Id is 'green', but the cluster 'blue' lives in PostgreSQL, 127.0.0.1:{_postgres.Port}/{database.Split("Database=")[1].Split(';')[0]}; "
                + "give this one a database of its own, or the same name.", said);
        Assert.True(first.IsRunning);

        await first.Stop();
        using var second = Silo("second", database, ("Cluster__Id", "green"));
        second.Start();
        await second.Ready();
    }

    [Need(Need.Postgres)]
    public async Task Gateway_WithoutSilos_LivesAndWaitsForThem()
    {
        var database = await _postgres.CreateDatabase();
        using var silo = Silo("patience-silo", database);
        silo.Start();
        await silo.Ready();
        await silo.Stop();

        using var gateway = CallCluster.Gateway(9, database);
        gateway.Start();
        using var http = new HttpClient();
        await gateway.Lives();
        Assert.False((await http.GetAsync(new Uri(gateway.Address, "health/ready"))).IsSuccessStatusCode);
        http.DefaultRequestHeaders.Authorization = new("Bearer", Service.Token("alice"));
        var started = await http.PostAsync(new Uri(gateway.Address, "api/v1/calls"), null);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, started.StatusCode);
        Assert.NotNull(started.Headers.RetryAfter);

        silo.Start();
        await silo.Ready();
        await gateway.Ready();
        Assert.Contains("No silo is reachable yet; retrying", gateway.Said, StringComparison.Ordinal);
    }

    [Need(Need.Postgres)]
    public async Task Gateway_ThatWaitsForItsFirstSilo_EndsInOrderWhenToldTo()
    {
        using var gateway = CallCluster.Gateway(8, await _postgres.CreateDatabase());
        gateway.Start();
        await gateway.Lives();
        await gateway.Stop();
        Assert.Equal(0, gateway.ExitCode);
        Assert.DoesNotContain("Unhandled", gateway.Said, StringComparison.Ordinal);
    }

    [Need(Need.Postgres)]
    public async Task Gateway_WithAWrongAddressOfTheDatabase_NamesTheSetting()
    {
        var nobody = Ports.Free();
        using var gateway = CallCluster.Gateway(6, $"Host=127.0.0.1;Port={nobody};Username=calls;Password=secret;Database=calls");
        gateway.Start();
        await Until.True(
            () => gateway.Said.Contains(
                $"ConnectionStrings__Postgres: PostgreSQL, 127.0.0.1:{nobody}/calls does not answer", StringComparison.Ordinal),
            "a line that names the setting", saw: () => gateway.Said);
        await gateway.Stop();
        Assert.DoesNotContain("secret", gateway.Said, StringComparison.Ordinal);
        Assert.Equal(0, gateway.ExitCode);
    }

    [Need(Need.Postgres)]
    public async Task Gateway_OfAnotherCluster_SaysSoAndIsNotReady()
    {
        var database = await _postgres.CreateDatabase();
        using var silo = Silo("blue-silo", database, ("Cluster__Id", "blue"));
        silo.Start();
        await silo.Ready();
        using var gateway = CallCluster.Gateway(7, database, ("Cluster__Id", "green"));
        gateway.Start();
        using var http = new HttpClient();
        await gateway.Lives();
        await Until.Seen(
            () => Health(http, gateway), health => (string?)health["checks"]!["cluster_id"] == "unhealthy",
            "a cluster_id that is unhealthy");
        Assert.Equal(
            HttpStatusCode.ServiceUnavailable, (await http.GetAsync(new Uri(gateway.Address, "health/ready"))).StatusCode);
        Assert.Contains(
            "Cluster__Id is 'green', but the cluster 'blue' lives in PostgreSQL, ", gateway.Said, StringComparison.Ordinal);
        Assert.DoesNotContain("Could not find an implementation", gateway.Said, StringComparison.Ordinal);
        await gateway.Stop();
        Assert.Equal(0, gateway.ExitCode);
    }

    [Need(Need.Postgres)]
    public async Task SecondSilo_AtTheSamePort_IsRefusedAndDoesNothingToTheFirst()
    {
        var database = await _postgres.CreateDatabase();
        (string, string)[] place = [("Silo__Port", $"{Ports.Free()}"), ("Silo__GatewayPort", $"{Ports.Free()}")];
        using var first = Silo("first-here", database, place);
        first.Start();
        await first.Ready();

        Assert.Equal(
            $"Silo__Port is {place[0].Item2}, but another process has that port of 127.0.0.1; give this silo one of its own.",
            await Refused("OrleansCalls.Silo.dll", Settings(database, place)));

        Assert.Equal("3", await Ask(database, "SELECT string_agg(status::text, ' ') FROM orleansmembershiptable"));
        await first.Ready();
        // One that was killed has its place at once.
        await first.Kill();
        first.Start();
        await first.Ready();
    }

    /// <summary>As two machines' containers may have: the port is free here, and the other silo lives.</summary>
    [Need(Need.Postgres)]
    public async Task SecondSilo_AtTheAddressOfOneElsewhere_IsRefusedWhileThatOneLives()
    {
        var database = await _postgres.CreateDatabase();
        using var silo = Silo("same-address", database);
        silo.Start();
        await silo.Ready();
        await silo.Stop();
        await Ask(database, """
            UPDATE orleansmembershiptable SET status = 3, hostname = 'elsewhere', iamalivetime = now()
            """);

        using var over = new CancellationTokenSource();
        var living = Live(database, over.Token);
        silo.Start();
        await silo.Exited();
        await over.CancelAsync();
        await living;
        Assert.Equal(1, silo.ExitCode);
        Assert.Contains(
            "but a silo of this cluster lives there, on elsewhere; give this one an address or a port of its own.", silo.Said,
            StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", silo.Said, StringComparison.Ordinal);
        Assert.Equal("3", await Ask(database, "SELECT string_agg(status::text, ' ') FROM orleansmembershiptable"));

        // It lives no more, and nobody is there to vote it dead.
        silo.Start();
        await silo.Ready();
    }

    private static async Task Live(string database, CancellationToken over)
    {
        using var clock = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        try
        {
            while (await clock.WaitForNextTickAsync(over))
                await Ask(database, "UPDATE orleansmembershiptable SET iamalivetime = now()");
        }
        catch (OperationCanceledException)
        {
            // The test is done with it.
        }
    }

    private static async Task<string?> Ask(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() as string;
    }

    private static async Task<JsonNode> Health(HttpClient http, Node node) =>
        JsonNode.Parse(await (await http.GetAsync(new Uri(node.Address, "health/ready"))).Content.ReadAsStringAsync())!;

    [Need(Need.Postgres)]
    public async Task Gateway_InAClusterWithoutDatabase_IsRefused() => Assert.Equal(
        "ConnectionStrings__Postgres must name the database in which the silos are found.",
        await Refused(
            "OrleansCalls.Gateway.dll", new() { ["Gateway__Silo"] = "cluster", ["Auth__SigningKey"] = Service.SigningKey }));

    [Need(Need.Postgres)]
    public async Task Cluster_WithAnImpossibleName_IsRefused() => Assert.Equal(
        "Cluster__Id must be 1 to 64 letters, digits, '_', '.' or '-'.",
        await Refused("OrleansCalls.Silo.dll", Settings(await _postgres.CreateDatabase(), ("Cluster__Id", "blue green"))));

    [Need(Need.Postgres)]
    public async Task SiloInKubernetes_ThatIsNoPod_IsRefused() => Assert.Equal(
        "Cluster__Kubernetes is true, but POD_NAME is not set: the chart in docker/kubernetes sets the variables that it needs.",
        await Refused("OrleansCalls.Silo.dll", Settings(await _postgres.CreateDatabase(), ("Cluster__Kubernetes", "true"))));

    private static Node Silo(string name, string database, params (string, string)[] more)
    {
        var settings = Settings(database, more);
        return new Node(name, "OrleansCalls.Silo.dll", new Uri(settings["ASPNETCORE_URLS"]), [], settings);
    }

    private static Dictionary<string, string> Settings(string database, params (string, string)[] more) => CallCluster.Settings(
        new Uri($"http://127.0.0.1:{Ports.Free()}"), database,
        [("Silo__Address", "127.0.0.1"), ("Silo__Port", $"{Ports.Free()}"), ("Silo__GatewayPort", $"{Ports.Free()}"), .. more]);

    /// <summary>What the program says on standard error when it refuses to start.</summary>
    private static async Task<string> Refused(string program, Dictionary<string, string> settings)
    {
        var (code, _, error) = await ChildProcess.Run(
            ChildProcess.Dotnet(program), settings.Select(setting => (setting.Key, (string?)setting.Value)));
        Assert.Equal(1, code);
        return error.Trim();
    }
}
