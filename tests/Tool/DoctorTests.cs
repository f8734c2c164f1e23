using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace OrleansCalls.Tests.Tool;

/// <summary>The doctor on installations that are well, ill in one way each, and hung.</summary>
public sealed class DoctorTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task Credentials_AreExchangedWithTheProviders_AndWhatTheyRefuseIsSaidWithARemedy()
    {
        await using var fcm = await FakeFcm.Start();
        await using var apns = await FakeApns.Start();
        fcm.Answer =
            _ => Task.FromResult<IResult?>(
                FakeFcm.Error(
                    400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", "The registration token is not a valid FCM registration token"));
        apns.Answer = _ => (400, "BadDeviceToken", null);
        string[] settings =
        [
            $"Push:Fcm:CredentialsFile={fcm.CredentialsFile}", $"Push:Fcm:Endpoint={fcm.Address}",
            $"Push:Apns:KeyFile={apns.KeyFile}", $"Push:Apns:KeyId={FakeApns.KeyId}",
            $"Push:Apns:TeamId={FakeApns.TeamId}", $"Push:Apns:BundleId={FakeApns.BundleId}",
            $"Push:Apns:Endpoint={apns.Address}",
        ];
        var well = await Doctor(30, settings);
        Assert.Equal(["ok FCM takes the credentials."], well.Found("fcm"));
        Assert.Equal(["ok APNs takes the credentials."], well.Found("apns"));
        Assert.Equal((1, 1), (fcm.AccessTokens, apns.ProviderTokens.Count));
        Assert.Equal(0, well.Code);

        fcm.RefusesUs = true;
        apns.Answer = _ => (403, "InvalidProviderToken", null);
        var ill = await Doctor(30, settings);
        Assert.Equal(1, ill.Code);
        Assert.Equal(["error Google refuses the service account of Push__Fcm__CredentialsFile."], ill.Found("fcm"));
        Assert.Equal(["error APNs refuses the key: its id, its team or its file do not belong together."], ill.Found("apns"));
        Assert.All(
            ill.Json["findings"]!.AsArray().Where(one => (string?)one!["level"] is "error" or "warning"),
            one => Assert.EndsWith(".", (string?)one!["remedy"]));
        Assert.Empty(fcm.Faults);
        Assert.Empty(apns.Faults);
    }

    [Fact]
    public async Task TargetsThatHang_AreEachGivenUpInTime()
    {
        using var silent = new Silent();
        await using var apns = await FakeApns.Start();
        await using var fcm = await FakeFcm.Start();
        var file = await File.ReadAllTextAsync(fcm.CredentialsFile);
        await File.WriteAllTextAsync(
            fcm.CredentialsFile, file.Replace(fcm.Address, $"http://127.0.0.1:{silent.Port}", StringComparison.Ordinal));
        var started = Stopwatch.GetTimestamp();
        var ran = await Doctor(
            3, $"ConnectionStrings:Postgres=Host=127.0.0.1;Port={silent.Port};Username=calls;Database=calls;Timeout=0",
            $"Push:Fcm:CredentialsFile={fcm.CredentialsFile}",
            $"Push:Fcm:Endpoint=http://127.0.0.1:{silent.Port}", $"Push:Apns:KeyFile={apns.KeyFile}",
            $"Push:Apns:KeyId={FakeApns.KeyId}", $"Push:Apns:TeamId={FakeApns.TeamId}",
            $"Push:Apns:BundleId={FakeApns.BundleId}", $"Push:Apns:Endpoint=http://127.0.0.1:{silent.Port}",
            $"Ice:TurnUrls=turn:127.0.0.1:{silent.Port}?transport=tcp",
            "Ice:TurnSecret=x", $"--url=http://127.0.0.1:{silent.Port}");
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 2, 60);
        Assert.Equal(1, ran.Code);
        foreach (var check in new[] { "service", "database", "fcm", "apns", "ice" })
            Assert.Contains(ran.Found(check), line => line.StartsWith("error ", StringComparison.Ordinal));
        Assert.All(ran.Json["findings"]!.AsArray(), one => Assert.InRange((long)one!["tookMs"]!, 0, 10_000));
    }

    [Fact]
    public async Task Database_ThatIsNew_Well_Closed_OrMissing()
    {
        var text = await postgres.CreateDatabase();
        Assert.Contains(
            (await Database(text)).Found("database"),
            line => line.StartsWith("warning ", StringComparison.Ordinal) && line.Contains("schema 0", StringComparison.Ordinal));

        var url = $"http://127.0.0.1:{Ports.Free()}";
        await using var silo = await Silo(text, url);
        var well = await Database(text, $"--url={url}");
        Assert.True(well.Code == 0, well.Output);
        Assert.Contains(well.Found("database"), line => line.StartsWith("ok PostgreSQL, 127.0.0.1", StringComparison.Ordinal));
        // Push is off here, and the service says so.
        Assert.Equal([$"warning {url}/ is ready, but push_fcm is degraded."], well.Found("service"));
        // Its ports for silos and for gateways, and the clock.
        Assert.Equal(3, well.Found("nodes").Count(line => line.StartsWith("ok ", StringComparison.Ordinal)));

        await Sql(
            text,
            "CREATE ROLE stranger LOGIN; GRANT CONNECT ON DATABASE " + new NpgsqlConnectionStringBuilder(text).Database
                + " TO stranger; GRANT SELECT ON orleanscalls_schema TO stranger");
        var closed = await Database(text.Replace("Username=calls", "Username=stranger", StringComparison.Ordinal));
        Assert.Contains(
            closed.Found("database"),
            line => line.StartsWith("error This user may not read and write ", StringComparison.Ordinal));
        Assert.Contains(
            "no such database", (await Database(postgres.ConnectionString("missing"))).Found("database")[0],
            StringComparison.Ordinal);
        Assert.Contains(
            "cannot be reached", (await Database("Host=127.0.0.1;Port=1;Username=calls;Database=calls")).Found("database")[0],
            StringComparison.Ordinal);

        // A silo whose clock is ahead, and one that has fallen silent, at a port where nobody is.
        await Sql(text, """
            INSERT INTO orleansmembershiptable (
                deploymentid, address, port, generation, siloname, hostname, status, proxyport, starttime, iamalivetime)
            SELECT deploymentid, '127.0.0.1', 1, n, 'silo' || n, 'host', 3, 0, now(), now() + CASE n WHEN 1 THEN interval '90 seconds' ELSE interval '-5 minutes' END
            FROM orleansmembershipversiontable, generate_series(1, 2) AS n
            """);
        var skewed = (await Database(text)).Found("nodes");
        Assert.Contains(
            skewed,
            line => line.StartsWith("error The clock of Silo silo1 (127.0.0.1) is ", StringComparison.Ordinal)
                && line.EndsWith(" s ahead of the database's.", StringComparison.Ordinal));
        Assert.Contains(
            skewed,
            line => line.StartsWith("error Silo silo2 (127.0.0.1) has not said that it lives for ", StringComparison.Ordinal));
        Assert.Equal(2, skewed.Count(line => line.Contains("cannot be reached at 127.0.0.1:1:", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Gateway_WithAClockOfItsOwn_ThatIsNotReady_OrSomethingElse_IsSaid()
    {
        await using var app = await Http(async context =>
        {
            context.Response.Headers.Date = TimeProvider.System.GetUtcNow().AddMinutes(-5)
                .ToString("R", CultureInfo.InvariantCulture);
            context.Response.StatusCode = 503;
            await context.Response.WriteAsync("""{"status":"unhealthy","checks":{"storage":"unhealthy","silo":"healthy"}}""");
        });
        await using var other = await Http(context => context.Response.WriteAsync("<html>nginx</html>"));
        var found = (await Doctor(60, $"--url={app.Urls.Single()}", $"--url={other.Urls.Single()}")).Found("service");
        Assert.Contains($"error {app.Urls.Single()}/ is not ready: storage is unhealthy.", found);
        Assert.Contains(found, line => line.StartsWith($"error The clock of {app.Urls.Single()}/ is ", StringComparison.Ordinal)
            && line.EndsWith(" s behind this machine's.", StringComparison.Ordinal));
        Assert.Contains($"error {other.Urls.Single()}/ answers 200, but not as this service does.", found);
    }

    [Fact]
    public async Task WrongSettings_AreAllNamed_AndAPortThatIsTaken()
    {
        using var silent = new Silent();
        var ran = await Doctor(60, "Calls:Ring=soon", $"urls=http://127.0.0.1:{silent.Port}");
        Assert.Equal(1, ran.Code);
        Assert.Contains(
            ran.Found("settings"),
            line => line.StartsWith("error ", StringComparison.Ordinal) && line.Contains("Ring", StringComparison.Ordinal));
        Assert.Equal([$"error Port {silent.Port} is taken by another program."], ran.Found("ports"));
        var people = await Program.Run("doctor", "--set", "Auth:SigningKey=short");
        Assert.Contains(
            "error   settings  Auth__SigningKey must have at least 32 bytes.", people.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', people.Output);
    }

    private static Task<Ran> Database(string text, params string[] more) => Doctor(
        30, [$"ConnectionStrings:Postgres={text}", .. more]);

    private static Task<Ran> Doctor(int seconds, params string[] settings) => Program.Run(
    [
        "doctor", "--json", "--timeout", $"{seconds}", "--set", "urls=http://127.0.0.1:0", "--set",
        $"Auth:SigningKey={Program.SigningKey}", "--set", $"Storage:Path={Path.GetTempPath()}",
        .. settings.SelectMany(
            setting => setting.StartsWith("--", StringComparison.Ordinal) ? [setting] : new[] { "--set", setting }),
    ]);

    private static async Task<ChildProcess> Silo(string text, string url)
    {
        var process = Program.Start(
            $"--urls={url}", "--environment=Production", $"--Auth:SigningKey={Program.SigningKey}",
            $"--ConnectionStrings:Postgres={text}", "--Silo:Address=127.0.0.1",
            $"--Silo:Port={Ports.Free()}", $"--Silo:GatewayPort={Ports.Free()}");
        await process.Line("Application started");
        return process;
    }

    private static async Task Sql(string text, string sql)
    {
        await using var connection = new NpgsqlConnection(text);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<WebApplication> Http(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return app;
    }
}
