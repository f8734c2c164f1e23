using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace OrleansCalls.Tests.Webhooks;

/// <summary>The whole service with real sockets, and an app's back end that is told of its calls.</summary>
public sealed class CallEventTests : IAsyncLifetime
{
    private FakeReceiver _receiver = null!;

    public async Task InitializeAsync() => _receiver = await FakeReceiver.Start();

    public async Task DisposeAsync() => await _receiver.DisposeAsync();

    [Fact]
    public async Task Call_IsToldFromBeginningToEnd()
    {
        await using var service = await Start();
        await using var alice = await service.Connect("alice", "a1");
        await using var bob = await service.Connect("bob", "b1");
        await alice.Call(
            "StartCall", new { callId = "c1", calleeIds = new[] { "bob" }, media = "video", metadata = new { room = "r1" } });
        await bob.Call("AckRinging", new { callId = "c1" });
        await bob.Call("AcceptCall", new { callId = "c1", ready = false });
        await bob.Call("ReadyCall", new { callId = "c1" });
        await alice.Call("EndCall", new { callId = "c1" });
        string[] expected =
            ["c1:1:call.created", "c1:2:call.ringing:bob", "c1:3:call.accepted:bob", "c1:4:call.active", "c1:5:call.ended"];
        JsonNode? last = null;
        foreach (var id in expected)
        {
            last = await _receiver.Next();
            Assert.Equal(id, (string?)last["id"]);
            Assert.Equal("r1", (string?)last["call"]!["metadata"]!["room"]);
        }

        var (_, call) = await service.Send(HttpMethod.Get, "/api/v1/calls/c1", Service.Token("alice"));
        Assert.Equal(call!.ToJsonString(), last!["call"]!.ToJsonString());
        Assert.Equal((string?)call["endedAt"], (string?)last["createdAt"]);
    }

    [Fact]
    public async Task MissedCall_NamesWhoMissedIt()
    {
        await using var service = await Start("Webhooks:Events=call.missed,call.ended");
        await using var alice = await service.Connect("alice", "a1");
        await alice.Call("StartCall", new { callId = "c1", calleeIds = new[] { "bob", "carol" }, media = "audio" });
        await alice.Call("EndCall", new { callId = "c1" });
        Assert.Equal(
            ["c1:2:call.missed:bob", "c1:2:call.missed:carol", "c1:2:call.ended"], await _receiver.IdsUpTo("call.ended"));
    }

    [Fact]
    public async Task ReceiverIsDown_ServiceIsRestarted_NothingIsLost()
    {
        await using var service = await Start();
        var port = _receiver.Port;
        await _receiver.DisposeAsync();
        await using (var alice = await service.Connect("alice", "a1"))
        await using (var bob = await service.Connect("bob", "b1"))
        {
            await alice.Call("StartCall", new { callId = "over", calleeIds = new[] { "bob" }, media = "audio" });
            await bob.Call("AcceptCall", new { callId = "over" });
            await alice.Call("EndCall", new { callId = "over" });
            await alice.Call(
                "StartCall", new { callId = "open", calleeIds = new[] { "bob" }, media = "audio", ringSeconds = 180 });
            await bob.Call("AckRinging", new { callId = "open" });
        }

        await service.Restart();
        _receiver = await FakeReceiver.Start(port);
        await using var back = await service.Connect("alice", "a1");
        await back.Call("EndCall", new { callId = "open" });
        var told = new Dictionary<string, List<string>> { ["over"] = [], ["open"] = [] };
        while (told.Values.Any(ids => ids.Count == 0 || !ids[^1].EndsWith("call.ended", StringComparison.Ordinal)))
        {
            var what = await _receiver.Next();
            told[(string)what["call"]!["callId"]!].Add((string)what["id"]!);
        }

        Assert.Equal(
            ["over:1:call.created", "over:2:call.accepted:bob", "over:2:call.active", "over:3:call.ended"], told["over"]);
        Assert.Equal(
            ["open:1:call.created", "open:2:call.ringing:bob", "open:3:call.missed:bob", "open:3:call.ended"], told["open"]);
    }

    [Fact]
    public async Task ReceiverThatFails_GetsItAgain_AndTheTimelineTells()
    {
        await using var service = await Start("Webhooks:Events=call.created,call.ended");
        var asked = 0;
        _receiver.Answer =
            _ => Task.FromResult(Results.StatusCode(Interlocked.Increment(ref asked) switch { 1 => 500, 4 => 404, _ => 200 }));
        await using var alice = await service.Connect("alice", "a1");
        await alice.Call("StartCall", new { callId = "c1", calleeIds = new[] { "bob" }, media = "audio" });
        Assert.Equal("c1:1:call.created", (string?)(await _receiver.Next())["id"]);
        Assert.Equal("c1:1:call.created", (string?)(await _receiver.Next())["id"]);
        await alice.Call("EndCall", new { callId = "c1" });
        await _receiver.IdsUpTo("call.ended");
        await alice.Call("StartCall", new { callId = "c2", calleeIds = new[] { "bob" }, media = "audio" });
        await _receiver.Next();

        Assert.Equal(
            ["webhook_failed call.created http_500", "webhook_sent call.created", "webhook_sent call.ended"],
            await Timeline(service, "c1", 3));
        Assert.Equal(["webhook_refused call.created http_404"], await Timeline(service, "c2", 1));
        var metrics = await service.Http.GetStringAsync("/metrics");
        Assert.Contains(
            "orleanscalls_webhook_results_total{event=\"call.created\",outcome=\"try_again\"} 1\n", metrics,
            StringComparison.Ordinal);
        Assert.Contains(
            "orleanscalls_webhook_results_total{event=\"call.created\",outcome=\"refused\"} 1\n", metrics,
            StringComparison.Ordinal);
        Assert.Contains(
            "orleanscalls_webhook_duration_seconds_count{event=\"call.ended\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("orleanscalls_webhook_pending{} 0\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReceiverThatHangs_KeepsNobodyWaiting_AndTheServiceStaysReady()
    {
        await using var service = await Start("Webhooks:TimeoutSeconds=1");
        _receiver.Answer = _ => Task.FromResult(FakeReceiver.Hang);
        await using var alice = await service.Connect("alice", "a1");
        await using var bob = await service.Connect("bob", "b1");
        for (var i = 0; i < 6; i++)
        {
            await alice.Call("StartCall", new { callId = $"c{i}", calleeIds = new[] { "bob" }, media = "audio" });
            await bob.Hears("CallIncoming", $"c{i}");
            await bob.Call("AcceptCall", new { callId = $"c{i}" });
            await alice.Call("EndCall", new { callId = $"c{i}" });
            await bob.Hears("CallEnded", $"c{i}");
        }

        await Until.Seen(async () =>
        {
            var (status, health) = await service.Send(HttpMethod.Get, "/health/ready", null);
            Assert.Equal(200, status);
            return health!;
        }, health => (string?)health["checks"]!["webhooks"] == "degraded", "a check of webhooks that is degraded");

        // It comes back, and is told of everything.
        _receiver.Answer = _ => Task.FromResult(Results.Ok());
        for (var i = 0; i < 6; i++)
            Assert.Equal($"c{i}:3:call.ended", (await Ended(i)));
    }

    [Fact]
    public async Task NotSetUp_KeepsAndTellsNothing()
    {
        await using var service = await Service.Start();
        await using var alice = await service.Connect("alice", "a1");
        await alice.Call("StartCall", new { callId = "c1", calleeIds = new[] { "bob" }, media = "audio" });
        await alice.Call("EndCall", new { callId = "c1" });
        var (_, timeline) = await service.Send(
            HttpMethod.Get, "/api/v1/admin/calls/c1/timeline", Service.Token("root", null, "admin"));
        Assert.DoesNotContain("webhook", timeline!.ToJsonString(), StringComparison.Ordinal);
        var (_, health) = await service.Send(HttpMethod.Get, "/health/ready", null);
        Assert.Null(health!["checks"]!["webhooks"]);
    }

    private readonly Dictionary<string, string> _ended = [];

    private async Task<string> Ended(int call)
    {
        string? id;
        while (!_ended.TryGetValue($"c{call}", out id))
        {
            var what = await _receiver.Next();
            if ((string?)what["type"] == "call.ended")
                _ended[(string)what["call"]!["callId"]!] = (string)what["id"]!;
        }

        return id;
    }

    private Task<Service> Start(params string[] settings) =>
        Service.Start([$"Webhooks:Url={_receiver.Events}", $"Webhooks:Secret={FakeReceiver.Secret}", .. settings]);

    /// <summary>What the timeline says of webhooks, once it says so many things.</summary>
    private static Task<List<string>> Timeline(Service service, string callId, int lines) => Until.Seen(
        async () => (await service.Timeline(callId)).Where(
            entry => ((string)entry["what"]!).StartsWith("webhook", StringComparison.Ordinal))
            .Select(entry => $"{entry["what"]} {entry["detail"]}").ToList(),
        entries => entries.Count >= lines, $"a timeline with {lines} lines of webhooks");
}
