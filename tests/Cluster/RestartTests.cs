
namespace OrleansCalls.Tests.Cluster;

/// <summary>One process, killed in mid-ring and started again on the same PostgreSQL.</summary>
public sealed class RestartTests : IAsyncLifetime
{
    private readonly PostgresServer _postgres = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _postgres.DisposeAsync();

    [Need(Need.Postgres)]
    public async Task OneProcess_KilledInMidRing_CallGoesOnRingingAndIsAnswered()
    {
        using var node = CallCluster.Gateway(0, await _postgres.CreateDatabase(), ("Gateway__Silo", "embedded"),
            ("Silo__Port", $"{Ports.Free()}"), ("Silo__GatewayPort", "0"), ("Silo__Address", "127.0.0.1"));
        node.Start();
        await node.Ready();
        await using var caller = await Phone.SwitchOn("alice", [node]);
        await using var callee = await Phone.SwitchOn("bob", [node]);
        await caller.Do(
            "StartCall", new { callId = "mid-ring", calleeIds = new[] { "bob" }, media = "audio", ringSeconds = 170 });
        await callee.Until("mid-ring", "that it rings", heard => heard.Incoming);

        await node.Kill();
        node.Start();
        await node.Ready();

        await callee.Do("AcceptCall", new { callId = "mid-ring" });
        await caller.Until("mid-ring", "that it was accepted", heard => heard.Accepted);
        await caller.Do("EndCall", new { callId = "mid-ring" });
        Assert.Equal("completed", (await callee.Until("mid-ring", "its end", heard => heard.Ended is not null)).Ended);
        Assert.Null(callee.Of("mid-ring").Wrong);
    }
}
