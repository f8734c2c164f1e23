using Microsoft.AspNetCore.SignalR;
using Microsoft.Data.Sqlite;
using OrleansCalls.Gateway;

namespace OrleansCalls.Tests.Edge;

public sealed class LimitTests
{
    [Fact]
    public async Task Connection_ThatTalksTooMuch_IsRateLimited_OthersAreNot()
    {
        await using var service = await Service.Start();
        await using var loud = await service.Connect("loud", "l1");
        await using var other = await service.Connect("other", "o1");
        var refusals = 0;
        await Task.WhenAll(Enumerable.Range(0, 150).Select(async _ =>
        {
            try
            {
                await loud.Call("GetOpenCalls");
            }
            catch (HubException error) when (error.Message.Contains("rate_limited: ", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref refusals);
            }
        }));
        // The connect itself counts too.
        Assert.InRange(refusals, 1, 51);
        Assert.NotNull(await other.Call("GetOpenCalls"));
    }

    [Fact]
    public async Task Caller_WhoRingsInVain_IsLimitedForThatCalleeOnly()
    {
        await using var service = await Service.Start("Calls:PairRings=3");
        await using var pest = await service.Connect("pest", "p1");
        for (var i = 0; i < 3; i++)
        {
            await pest.Call("StartCall", new { callId = $"p{i}", calleeIds = new[] { "bob" }, media = "audio" });
            await pest.Call("EndCall", new { callId = $"p{i}" });
        }

        Assert.Contains(
            "rate_limited: ", await pest.Refused("StartCall", new { calleeIds = new[] { "bob" }, media = "audio" }),
            StringComparison.Ordinal);
        var (status, problem) = await service.Send(
            HttpMethod.Post, "/api/v1/calls", Service.Token("pest"), new { calleeIds = new[] { "bob" }, media = "audio" });
        Assert.Equal(429, status);
        Assert.NotNull(problem!["retryAfter"]);
        Assert.NotNull(await pest.Call("StartCall", new { calleeIds = new[] { "carol" }, media = "audio" }));
    }

    [Fact]
    public async Task Service_ThatStops_TellsClientsToReconnect_AndTakesNoNewOnes()
    {
        await using var service = await Service.Start("Gateway:DrainSeconds=2");
        await using var client = await service.Connect("alice", "a1");
        await client.Hears("OpenCalls");
        // Stopping blocks whoever asks for it until the sockets are drained.
        var stopping = Task.Run(service.Stop);
        Assert.InRange((int)(await client.Hears("Reconnect"))["afterMs"]!, 0, 2000);
        Assert.Equal(503, (await service.Send(HttpMethod.Get, "/health/ready", null)).Status);
        await Assert.ThrowsAnyAsync<Exception>(() => service.Connect("bob", "b1"));
        await stopping;
    }

    /// <summary>Clients are told to stay for a while, so what they ask meanwhile is done.</summary>
    [Fact]
    public async Task Service_ThatStops_CarriesOutCommandsToItsEnd()
    {
        await using var service = await Service.Start("Gateway:DrainSeconds=60");
        await using var alice = await service.Connect("alice", "a1");
        await using var bob = await service.Connect("bob", "b1");
        await alice.Hears("OpenCalls");
        await bob.Hears("OpenCalls");
        var stopping = Task.Run(service.Stop);
        await alice.Hears("Reconnect");
        await bob.Hears("Reconnect");

        await alice.Call("StartCall", new { callId = "late", calleeIds = new[] { "bob" }, media = "audio" });
        await bob.Hears("CallIncoming", "late");
        await bob.Call("AcceptCall", new { callId = "late" });
        await alice.Hears("CallAccepted", "late");
        Assert.Equal(200, (await service.Send(
            HttpMethod.Post, "/api/v1/calls", Service.Token("carol"),
            new { callId = "later", calleeIds = new[] { "dave" }, media = "audio" })).Status);
        // It goes as soon as nobody is left.
        await alice.DisposeAsync();
        await bob.DisposeAsync();
        await stopping;
    }

    /// <summary>
    /// Whoever balances the load must hear of it before his own patience ends, and not be told that all is well.
    /// </summary>
    [Fact]
    public async Task Service_WhoseFileIsLocked_IsNotReadyMeanwhile()
    {
        await using var service = await Service.Start();
        await using var outside = new SqliteConnection($"Data Source={Path.Combine(service.Data, "calls.db")};Pooling=False");
        outside.Open();
        Run(outside, "BEGIN IMMEDIATE");
        var (status, health) = await service.Send(HttpMethod.Get, "/health/ready", null);
        Assert.Equal((503, "unhealthy"), (status, (string?)health!["checks"]!["storage"]));
        Run(outside, "ROLLBACK");
        await Until.Seen(
            () => service.Send(HttpMethod.Get, "/health/ready", null), answer => answer.Status == 200, "a service that is ready");
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    [Theory]
    [InlineData("--Auth:SigningKey=short", "Auth__SigningKey")]
    [InlineData("--Gateway:MessagesPerSecond=many", "Gateway__MessagesPerSecond")]
    [InlineData("--Ice:TurnUrls=turn:x", "Ice__TurnSecret")]
    [InlineData("--Calls:Ring=00:00:01", "Calls:Ring")]
    [InlineData("--Storage:Path=/dev/null/x", "Storage__Path")]
    public async Task Setting_ThatIsWrong_StopsTheProgramAndIsNamed(string setting, string named)
    {
        var data = Directory.CreateTempSubdirectory("orleanscalls-").FullName;
        var error = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var app = GatewayApp.Create(
                [
                    "--urls=http://127.0.0.1:0", $"--Storage:Path={data}", $"--Auth:SigningKey={Service.SigningKey}",
                    "--environment=Production", setting,
                ]);
            await app.StartAsync();
        });
        Assert.Contains(
            named.Replace("__", ":", StringComparison.Ordinal), error.Message.Replace("__", ":", StringComparison.Ordinal),
            StringComparison.Ordinal);
        Directory.Delete(data, recursive: true);
    }
}
