using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace OrleansCalls.Tests.Edge;

/// <summary>A phone that sleeps: pushed through FCM, woken, and acting with nothing but what the push brought.</summary>
public sealed partial class WokenAppTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly object Offer = new { type = "offer", sdp = "v=0" };

    private readonly Channel<JsonElement> _pushes = Channel.CreateUnbounded<JsonElement>();
    private FakeFcm _fcm = null!;
    private Service _service = null!;

    public async Task InitializeAsync()
    {
        _fcm = await FakeFcm.Start();
        _fcm.OnTaken = message => _pushes.Writer.TryWrite(message);
        _service = await Service.Start(
            $"Push:Fcm:CredentialsFile={_fcm.CredentialsFile}", $"Push:Fcm:Endpoint={_fcm.Address}",
            "Push:AttemptTimeoutSeconds=20");
    }

    public async Task DisposeAsync()
    {
        await _service.DisposeAsync();
        Assert.Empty(_fcm.Faults);
        await _fcm.DisposeAsync();
    }

    [Fact]
    public async Task SleepingPhone_IsPushed_Answers_AndIsConnected()
    {
        await Token("bob", "phone");
        await using var alice = await _service.Connect("alice", "a1");
        await alice.Call("StartCall", new { callId = "wake", calleeIds = new[] { "bob" }, media = "audio", offer = Offer });
        Assert.Equal("push_sent", (string?)(await alice.Hears("CallProgress"))["stage"]);
        var push = await NextPush("call_incoming");
        var token = push["actionToken"];

        Assert.Equal("ringing", (string?)(await Act(token, "GET", "wake")).Body!["state"]);
        await Act(token, "POST", "wake/ringing");
        Assert.Equal("ringing", (string?)(await alice.Hears("CallProgress"))["stage"]);
        Assert.Equal("v=0", (string?)(await Act(token, "GET", "wake/offer")).Body!["offer"]!["sdp"]);
        var accepted = await Act(token, "POST", "wake/accept", new { ready = false });
        Assert.Equal("connecting", (string?)accepted.Body!["state"]);
        Assert.Equal("phone", (string?)(await alice.Hears("CallAccepted"))["deviceId"]);

        await using var bob = await _service.Connect("bob", "phone");
        Assert.Equal("wake", (string?)(await bob.Hears("OpenCalls"))["calls"]![0]!["callId"]);
        await bob.Call("ReadyCall", new { callId = "wake", answer = new { type = "answer", sdp = "v=1" } });
        Assert.Equal("v=1", (string?)(await alice.Hears("CallReady"))["answer"]!["sdp"]);
        await alice.Call("SendSignal", new { callId = "wake", kind = "candidate", payload = new { candidate = "c" } });
        Assert.Equal("alice", (string?)(await bob.Hears("SignalReceived"))["fromUserId"]);
        Assert.Equal("active", (string?)(await alice.Call("GetCall", new { callId = "wake" }))!["state"]);
    }

    [Fact]
    public async Task ActionToken_OpensItsCallAndNothingElse()
    {
        await Token("carl", "phone");
        foreach (var (callId, caller) in new[] { ("its-call", "dora"), ("other-call", "dan") })
            await _service.Send(
                HttpMethod.Post, "/api/v1/calls", Service.Token(caller),
                new { callId, calleeIds = new[] { "carl" }, media = "audio" });
        var token = (await NextPush("call_incoming", "its-call"))["actionToken"];

        Assert.Equal(403, (await Act(token, "GET", "other-call")).Status);
        Assert.Equal(403, (await Act(token, "POST", "other-call/accept")).Status);
        foreach (var path in new[] { "its-call/end", "its-call/silence", "its-call/invite", "its-call/signals" })
            Assert.Equal(403, (await Act(token, "POST", path, new { calleeIds = new[] { "x" }, kind = "custom" })).Status);
        foreach (var path in new[]
        {
            "/api/v1/calls", "/api/v1/settings", "/api/v1/ice-servers", "/api/v1/users/dora/presence", "/api/v1/admin/stats",
        })
            Assert.Equal(403, (await _service.Send(HttpMethod.Get, path, token)).Status);
        Assert.Equal(403, (await _service.Send(HttpMethod.Post, "/hubs/calls/negotiate?negotiateVersion=1", token)).Status);
        Assert.Equal(
            403, (await _service.Send(HttpMethod.Get, "/api/v1/calls/its-call", token, null, ("X-Device-Id", "another"))).Status);
        Assert.Equal(
            403, (await _service.Send(HttpMethod.Get, "/api/v1/calls/its-call", token, null, ("X-Act-As", "dora"))).Status);
        Assert.Equal(401, (await Act(token[..^6] + "AAAAAA", "GET", "its-call")).Status);
        Assert.Equal(401, (await Act("act1.nokey.AAAA.AAAA", "GET", "its-call")).Status);
        Assert.Equal(200, (await Act(token, "POST", "its-call/reject")).Status);
        // Played again it takes nothing back.
        Assert.Equal(410, (await Act(token, "POST", "its-call/accept")).Status);
        Assert.Equal("rejected", (string?)(await Act(token, "GET", "its-call")).Body!["endReason"]);
    }

    [Fact]
    public async Task WakingTooLate_FindsTheEndedCall()
    {
        await Token("emil", "phone");
        var fay = Service.Token("fay");
        await _service.Send(
            HttpMethod.Post, "/api/v1/calls", fay, new { callId = "late", calleeIds = new[] { "emil" }, media = "video" });
        var token = (await NextPush("call_incoming"))["actionToken"];
        await _service.Send(HttpMethod.Post, "/api/v1/calls/late/end", fay);

        var (status, problem) = await Act(token, "POST", "late/accept");
        Assert.Equal((410, "ended", "cancelled"), (status, (string?)problem!["code"], (string?)problem["call"]!["endReason"]));
        Assert.Equal("ended", (string?)(await Act(token, "GET", "late")).Body!["state"]);
        var last = new[] { await _pushes.Reader.ReadAsync(), await _pushes.Reader.ReadAsync() };
        Assert.Equal(
            ["call_cancelled", "call_missed"],
            last.Select(push => push.GetProperty("data").GetProperty("type").GetString()).Order());
    }

    [Fact]
    public async Task Timeline_SaysWhatWasPushedToWhom()
    {
        await Token("gus", "phone");
        await Token("gus", "dead");
        _fcm.Answer = token => Task.FromResult(token == "token-of-gus-dead" ? FakeFcm.Unregistered() : null);
        await using var hal = await _service.Connect("hal", "h1");
        await hal.Call("StartCall", new { callId = "told", calleeIds = new[] { "gus" }, media = "audio" });
        await hal.Hears("CallProgress");

        var lines = await Timeline("told", line => (string?)line["what"] is "push_sent" or "push_failed", 2);
        Assert.Equal(
            ["dead push_failed call_incoming fcm unregistered", "phone push_sent call_incoming fcm"],
            lines.Select(line => $"{line["deviceId"]} {line["what"]} {line["detail"]}").Order(StringComparer.Ordinal));
        var (_, user) = await _service.Send(HttpMethod.Get, "/api/v1/admin/users/gus", Service.Token("root", null, "admin"));
        Assert.Equal("phone", (string?)Assert.Single(user!["pushDevices"]!.AsArray())!["deviceId"]);
    }

    [Fact]
    public async Task Timeline_NamesTheOperatorWhoEndedACall_ThePartiesDoNotLearnIt()
    {
        await using var olga = await _service.Connect("olga", "o1");
        await olga.Call("StartCall", new { callId = "watched", calleeIds = new[] { "pia" }, media = "audio" });
        await _service.Send(HttpMethod.Post, "/api/v1/admin/calls/watched/end", Service.Token("root", null, "admin"));
        var ended = await olga.Hears("CallEnded");
        Assert.Equal(("ended_by_admin", null), ((string?)ended["reason"], (string?)ended["endedBy"]));
        Assert.Equal("root", (string?)(await Timeline("watched", line => (string?)line["what"] == "operator", 1))[0]["userId"]);
    }

    [Fact]
    public async Task HealthAndMetrics_SayHowItIsWithFcm()
    {
        await Token("lee", "phone");
        await _service.Send(
            HttpMethod.Post, "/api/v1/calls", Service.Token("mia"), new { calleeIds = new[] { "lee" }, media = "audio" });
        await NextPush("call_incoming");
        var (_, health) = await _service.Send(HttpMethod.Get, "/health/ready", null);
        Assert.Equal("healthy", (string?)health!["checks"]!["push_fcm"]);

        _fcm.Answer = _ => Task.FromResult<IResult?>(FakeFcm.Error(403, "PERMISSION_DENIED"));
        await Token("ned", "phone");
        await using var mia = await _service.Connect("mia", "m1");
        await mia.Call("StartCall", new { callId = "refused", calleeIds = new[] { "ned" }, media = "audio" });
        await Timeline("refused", line => (string?)line["what"] == "push_failed", 1);
        (var status, health) = await _service.Send(HttpMethod.Get, "/health/ready", null);
        Assert.Equal((200, "degraded"), (status, (string?)health!["checks"]!["push_fcm"]));
        var metrics = await _service.Http.GetStringAsync("/metrics");
        Assert.Contains(
            "push_results_total{provider=\"fcm\",result=\"permission_denied\",type=\"call_incoming\"} 1", metrics,
            StringComparison.Ordinal);
        Assert.Contains("push_provider_state{provider=\"fcm\"} 3", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FcmDown_CallerIsToldTheTruth_AndTheCallGoesOn()
    {
        _fcm.Answer = _ => Task.FromResult<IResult?>(FakeFcm.Unavailable());
        await Token("ida", "phone");
        await using var jim = await _service.Connect("jim", "j1");
        var call = await jim.Call(
            "StartCall", new { callId = "down", calleeIds = new[] { "ida" }, media = "audio", ringSeconds = 10 });
        Assert.Equal("notifying", (string?)call!["legs"]![0]!["state"]);
        Assert.Equal("unreachable", (string?)(await jim.Hears("CallEnded"))["reason"]);
        Assert.DoesNotContain(
            _fcm.Taken, message => (string?)message.GetProperty("data").GetProperty("type").GetString() == "call_incoming");
    }

    [Fact]
    public async Task ThousandRings_FcmFailsAThird_EachPhoneIsPushedOnce_AndNoneAfterTheEnd()
    {
        var random = new Random(5);
        _fcm.Answer = _ =>
        {
            lock (random)
                return Task.FromResult(random.Next(3) == 0 ? FakeFcm.Unavailable() : null);
        };
        var due = new ConcurrentDictionary<string, TaskCompletionSource>();
        _fcm.OnTaken = message =>
        {
            var data = message.GetProperty("data");
            if (data.GetProperty("type").GetString() == "call_incoming")
                due[data.GetProperty("callId").GetString()!].TrySetResult();
        };

        await Parallel.ForAsync(0, 1000, new ParallelOptions { MaxDegreeOfParallelism = 128 }, async (i, _) =>
        {
            var pushed = due[$"k{i}"] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await Token($"callee{i}", "phone");
            var caller = Service.Token($"caller{i}");
            var started = await _service.Send(
                HttpMethod.Post, "/api/v1/calls", caller,
                new { callId = $"k{i}", calleeIds = new[] { $"callee{i}" }, media = "audio" });
            Assert.Equal(200, started.Status);
            // Half of the callers hang up at once, while FCM is perhaps being asked again.
            if (i % 2 == 0)
                await pushed.Task.WaitAsync(4 * Patience, CancellationToken.None);
            Assert.Equal(200, (await _service.Send(HttpMethod.Post, $"/api/v1/calls/k{i}/end", caller)).Status);
        });

        var rings = _fcm.Taken.Select(message => message.GetProperty("data")).ToList();
        foreach (var phone in rings.GroupBy(data => data.GetProperty("callId").GetString()!))
        {
            var types = phone.Select(data => data.GetProperty("type").GetString()!).ToList();
            Assert.True(
                types.Count(type => type == "call_incoming") <= 1, $"{phone.Key} was pushed twice: {string.Join(' ', types)}");
            var cancelled = types.IndexOf("call_cancelled");
            Assert.True(
                cancelled < 0 || types.IndexOf("call_incoming") < cancelled,
                $"{phone.Key} was pushed after its end: {string.Join(' ', types)}");
        }

        Assert.All(Enumerable.Range(0, 500), i => Assert.True(due[$"k{2 * i}"].Task.IsCompletedSuccessfully));
    }

    private async Task Token(string userId, string deviceId)
    {
        var (status, _) = await _service.Send(
            HttpMethod.Put, $"/api/v1/devices/{deviceId}/push-token", Service.Token(userId),
            new { provider = "fcm", token = $"token-of-{userId}-{deviceId}" });
        Assert.Equal(204, status);
    }

    private Task<(int Status, JsonNode? Body)> Act(string token, string method, string path, object? body = null) =>
        _service.Send(new HttpMethod(method), $"/api/v1/calls/{path}", token, body ?? (method == "POST" ? new { } : null));

    private async Task<Dictionary<string, string>> NextPush(string type, string? callId = null)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var data = (await _pushes.Reader.ReadAsync(patience.Token)).GetProperty("data")
                .Deserialize<Dictionary<string, string>>()!;
            if (data["type"] == type && (callId is null || data["callId"] == callId))
                return data;
        }
    }

    /// <summary>The timeline's lines of a kind, once there are so many.</summary>
    private Task<List<JsonNode>> Timeline(string callId, Func<JsonNode, bool> kind, int count) => Until.Seen(
        async () => (await _service.Timeline(callId)).Where(kind).ToList(), lines => lines.Count >= count,
        $"a timeline with {count} such lines");
}
