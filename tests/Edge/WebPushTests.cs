using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace OrleansCalls.Tests.Edge;

/// <summary>A browser without an open page: subscribed over the gateway, rung through a push service that decrypts.</summary>
public sealed class WebPushTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Channel<TakenPush> _pushes = Channel.CreateUnbounded<TakenPush>();
    private FakePushService _push = null!;
    private Service _service = null!;

    public async Task InitializeAsync()
    {
        _push = await FakePushService.Start();
        _push.OnTaken = push => _pushes.Writer.TryWrite(push);
        _service = await Service.Start(
            [.. _push.Settings.Select(setting => $"Push:{setting.Name}={setting.Value}"), "Push:AttemptTimeoutSeconds=20"]);
    }

    public async Task DisposeAsync()
    {
        await _service.DisposeAsync();
        Assert.Empty(_push.Faults);
        await _push.DisposeAsync();
    }

    [Fact]
    public async Task ClosedBrowser_IsRung_Declines_AndIsToldOfTheMissedCall()
    {
        Assert.Equal(_push.PublicKey, (string?)(await Get("/api/v1/config", "bob"))["webPushKey"]);
        await Subscribe("bob", "laptop");
        await using var alice = await _service.Connect("alice", "a1");
        await alice.Call("StartCall", new { callId = "declined", calleeIds = new[] { "bob" }, media = "video" });
        Assert.Equal("push_sent", (string?)(await alice.Hears("CallProgress"))["stage"]);
        var ring = await Next("call_incoming");
        Assert.Equal(
            200,
            (await _service.Send(
                HttpMethod.Post, "/api/v1/calls/declined/reject", ring["actionToken"], new { reason = "declined" })).Status);
        Assert.Equal("rejected", (string?)(await alice.Hears("CallEnded"))["reason"]);
        Assert.Contains(await Timeline("declined", "push_sent"), line => (string?)line["detail"] == "call_incoming web_push");

        await alice.Call("StartCall", new { callId = "cancelled", calleeIds = new[] { "bob" }, media = "audio" });
        ring = await Next("call_incoming");
        await alice.Call("EndCall", new { callId = "cancelled" });
        var last = new[] { await Next(), await Next() }.ToDictionary(push => push["type"]);
        Assert.Equal(["call_cancelled", "call_missed"], last.Keys.Order());
        Assert.Equal(ring.Topic, last["call_cancelled"].Topic);
        Assert.NotEqual(ring.Topic, last["call_missed"].Topic);
    }

    [Fact]
    public async Task SubscriptionThatIsGone_IsForgotten_AndOneThatTheServiceDoesNotTakeIsKept()
    {
        await Subscribe("carl", "gone");
        await Subscribe("carl", "kept");
        _push.Answer = browser => Results.StatusCode(browser == "carl-gone" ? 410 : 403);
        await _service.Send(
            HttpMethod.Post, "/api/v1/calls", Service.Token("dora"),
            new { callId = "told", calleeIds = new[] { "carl" }, media = "audio" });
        var lines = await Timeline("told", "push_failed", 2);
        Assert.Equal(
            ["gone call_incoming web_push unsubscribed", "kept call_incoming web_push vapid_refused"],
            lines.Select(line => $"{line["deviceId"]} {line["detail"]}").Order(StringComparer.Ordinal));
        Assert.Equal("kept", (string?)Assert.Single((await Get("/api/v1/devices", "carl"))["items"]!.AsArray())!["deviceId"]);
        Assert.Equal(
            "healthy", (string?)(await _service.Send(HttpMethod.Get, "/health/ready", null)).Body!["checks"]!["push_web_push"]);
        var metrics = await _service.Http.GetStringAsync("/metrics");
        Assert.Contains(
            "push_results_total{provider=\"web_push\",result=\"unsubscribed\",type=\"call_incoming\"} 1", metrics,
            StringComparison.Ordinal);
        Assert.DoesNotContain(_push.Origin["http://localhost".Length..], metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SameSubscription_HasOneOwner_HoweverItIsWritten()
    {
        await Subscribe("emil", "laptop");
        var token = _push.Subscribe("emil-laptop").Replace(
            "\"expirationTime\":null,", " \"more\": 1, ", StringComparison.Ordinal);
        Assert.Equal(204, (await Put("fay", "laptop", token)).Status);
        Assert.Empty((await Get("/api/v1/devices", "emil"))["items"]!.AsArray());
    }

    [Theory]
    [InlineData("any text", "PushSubscription")]
    [InlineData("""{"endpoint":"https://push.example.org/x","keys":{"p256dh":"AAAA","auth":"AAAA"}}""", "keys.p256dh")]
    [InlineData("http://push.example.org/x", "https")]
    [InlineData("https://127.0.0.1/x", "public host")]
    [InlineData("https://metadata.google.internal/x", "public host")]
    [InlineData("https://push.example.org:22/x", "port")]
    public async Task TokenThatIsNoGoodSubscription_IsRefused_OverRestAndHub(string token, string named)
    {
        if (token.StartsWith("http", StringComparison.Ordinal))
            token = _push.Subscribe("any").Replace($"{_push.Origin}/push/any", token, StringComparison.Ordinal);
        var (status, problem) = await Put("gus", "laptop", token);
        Assert.Equal((400, "invalid_argument"), (status, (string?)problem!["code"]));
        Assert.Contains(named, (string?)problem["detail"], StringComparison.Ordinal);
        await using var gus = await _service.Connect("gus", "laptop");
        var refused = await Assert.ThrowsAnyAsync<Exception>(
            () => gus.Call("SetPushToken", new { provider = "web_push", token }));
        Assert.Contains("invalid_argument: ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_service.Log.Lines, line => line.Text.Contains("push.example", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ServiceWithoutKeys_OffersNone()
    {
        await using var plain = await Service.Start();
        Assert.Null((await plain.Send(HttpMethod.Get, "/api/v1/config", Service.Token("hal"))).Body!["webPushKey"]);
    }

    private async Task Subscribe(string userId, string deviceId) =>
        Assert.Equal(204, (await Put(userId, deviceId, _push.Subscribe($"{userId}-{deviceId}"))).Status);

    private Task<(int Status, JsonNode? Body)> Put(string userId, string deviceId, string token) => _service.Send(
        HttpMethod.Put, $"/api/v1/devices/{deviceId}/push-token", Service.Token(userId), new { provider = "web_push", token });

    private async Task<JsonNode> Get(string path, string userId) =>
        (await _service.Send(HttpMethod.Get, path, Service.Token(userId))).Body!;

    private async Task<TakenPush> Next(string? type = null)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var push = await _pushes.Reader.ReadAsync(patience.Token);
            if (type is null || push["type"] == type)
                return push;
        }
    }

    private Task<List<JsonNode>> Timeline(string callId, string what, int count = 1) => Until.Seen(
        async () => (await _service.Timeline(callId)).Where(line => (string?)line["what"] == what).ToList(),
        lines => lines.Count >= count, $"a timeline with {count} lines of {what}");
}
