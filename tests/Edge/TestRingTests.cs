using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace OrleansCalls.Tests.Edge;

/// <summary>
/// Would this device ring now? Over real sockets, with FCM's fake: devices that acknowledge, do not, or are gone.
/// </summary>
public sealed class TestRingTests : IAsyncLifetime
{
    private static readonly string Admin = Service.Token("root", null, "admin");

    private readonly Channel<JsonNode> _pushes = Channel.CreateUnbounded<JsonNode>();
    private FakeFcm _fcm = null!;
    private Service _service = null!;

    public async Task InitializeAsync()
    {
        _fcm = await FakeFcm.Start();
        _fcm.OnTaken = message => _pushes.Writer.TryWrite(JsonNode.Parse(message.GetRawText())!);
        _service = await Service.Start($"Push:Fcm:CredentialsFile={_fcm.CredentialsFile}", $"Push:Fcm:Endpoint={_fcm.Address}");
    }

    public async Task DisposeAsync()
    {
        await _service.DisposeAsync();
        Assert.Empty(_fcm.Faults);
        await _fcm.DisposeAsync();
    }

    [Fact]
    public async Task PhoneAndLaptop_Acknowledge_AndTheAnswerHasEachStepWithItsTime()
    {
        await Token("bob", "phone");
        await using var laptop = await _service.Connect("bob", "laptop");
        await laptop.Hears("OpenCalls");
        var test = _service.Send(HttpMethod.Post, "/api/v1/admin/users/bob/test-ring", Admin);

        var told = await laptop.Hears("TestRing");
        await laptop.Call("AckTestRing", new { testId = (string)told["testId"]! });
        var push = await Push();
        var (id, token) = ((string)push["data"]!["testId"]!, (string)push["data"]!["actionToken"]!);
        Assert.Equal(
            ["actionToken", "sentAt", "testId", "ttlMs", "type"],
            push["data"]!.AsObject().Select(field => field.Key).Order(StringComparer.Ordinal));
        Assert.Equal("test_ring", (string?)push["data"]!["type"]);
        Assert.Equal("""{"content-available":1}""", push["apns"]!["payload"]!["aps"]!.ToJsonString());
        Assert.Equal("background", (string?)push["apns"]!["headers"]!["apns-push-type"]);
        // The token is good for this test's acknowledgement, and for nothing else.
        Assert.Equal(403, (await Ack("other", token)).Status);
        Assert.Equal(403, (await _service.Send(HttpMethod.Post, "/api/v1/test-ring", token)).Status);
        Assert.Equal(403, (await _service.Send(HttpMethod.Get, "/api/v1/devices", token)).Status);
        Assert.Equal(204, (await Ack(id, token)).Status);

        var (status, report) = await test;
        Assert.Equal(
            (200, "bob", "2 of 2 devices would ring."), (status, (string?)report!["userId"], (string?)report["summary"]));
        Assert.Equal(
            ["laptop rings", "phone rings"],
            report["devices"]!.AsArray().Select(device => $"{device!["deviceId"]} {device["verdict"]}"));
        var steps = report["devices"]![1]!["steps"]!.AsArray();
        Assert.Equal(
            ["known ok", "connected failed", "token ok", "push_sent ok", "push_acked ok"],
            steps.Select(step => $"{step!["stage"]} {step["outcome"]}"));
        Assert.All(steps.Skip(3), step => Assert.InRange((long)step!["durationMs"]!, 0, 10_000));
        Assert.Equal(404, (await Ack(id, token)).Status);
        Assert.Contains("not_found", await laptop.Refused("AckTestRing", new { testId = id }), StringComparison.Ordinal);
        Assert.Equal(400, (await Ack(id, Service.Token("bob"))).Status);
    }

    [Fact]
    public async Task HubThatHangs_AndAPushThatIsRefused_AreSaidAfterTenSeconds_AndOneTestRunsAtATime()
    {
        _fcm.Answer = _ => Task.FromResult<Microsoft.AspNetCore.Http.IResult?>(FakeFcm.Unregistered());
        await Token("carl", "laptop");
        await using var laptop = await _service.Connect("carl", "laptop");
        await laptop.Hears("OpenCalls");
        var test = _service.Send(HttpMethod.Post, "/api/v1/test-ring", Service.Token("carl"));
        await laptop.Hears("TestRing");

        var (status, problem) = await _service.Send(HttpMethod.Post, "/api/v1/admin/users/carl/test-ring", Admin);
        Assert.Equal((429, "rate_limited"), (status, (string?)problem!["code"]));
        Assert.True((int)problem["retryAfter"]! > 0);

        var report = (await test).Body!;
        Assert.InRange((long)report["durationMs"]!, 9_000, 15_000);
        var device = Assert.Single(report["devices"]!.AsArray())!;
        Assert.Equal("silent", (string?)device["verdict"]);
        Assert.Equal(
            ["event_acked timeout", "push_sent unregistered"],
            device["steps"]!.AsArray().Where(step => (string?)step!["outcome"] == "failed")
                .Select(step => $"{step!["stage"]} {step["error"]}"));
        Assert.Empty((await _service.Send(HttpMethod.Get, "/api/v1/admin/users/carl", Admin)).Body!["pushDevices"]!.AsArray());
    }

    [Fact]
    public async Task Settings_ThatKeepTheUserSilent_AreNamed_AndABackEndMayAskForItsUser()
    {
        await _service.Send(
            HttpMethod.Put, "/api/v1/settings", Service.Token("dora"),
            new { blocked = new[] { "pest" }, doNotDisturb = true });
        var (status, report) = await _service.Send(
            HttpMethod.Post, "/api/v1/test-ring", Service.Token("backend", null, "service"), new { callerId = "pest" },
            ("X-Act-As", "dora"));
        Assert.Equal((200, "dora"), (status, (string?)report!["userId"]));
        Assert.Equal(["do_not_disturb", "blocked"], report["silencedBy"]!.AsArray().Select(by => (string?)by));
        Assert.Empty(report["devices"]!.AsArray());
    }

    [Theory]
    [InlineData("/api/v1/admin/users/erik/test-ring", "user", null, 403)]
    [InlineData("/api/v1/admin/users/erik/test-ring", null, null, 401)]
    [InlineData("/api/v1/test-ring", "user", """{"deviceId":"a\u0001"}""", 400)]
    [InlineData("/api/v1/test-ring", "user", """{"deviceId":7}""", 400)]
    [InlineData("/api/v1/test-ring", "user", """{"callerId":""}""", 400)]
    [InlineData("/api/v1/test-ring", "user", "[", 400)]
    [InlineData("/api/v1/test-ring/never-was/ack", "device", null, 404)]
    [InlineData("/api/v1/test-ring/%01/ack", "device", null, 400)]
    [InlineData("/api/v1/test-ring", "user", """{"deviceId":"not-there"}""", 200)]
    public async Task WhatIsNotRight_IsRefused(string path, string? who, string? body, int status)
    {
        var token = who is null ? null : Service.Token("erik");
        var headers = who == "device" ? new[] { ("X-Device-Id", "d1") } : [];
        Assert.Equal(status, (await _service.Send(HttpMethod.Post, path, token, body, headers)).Status);
    }

    private async Task<JsonNode> Push()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await _pushes.Reader.ReadAsync(patience.Token);
    }

    private Task<(int Status, JsonNode? Body)> Ack(string testId, string token) =>
        _service.Send(HttpMethod.Post, $"/api/v1/test-ring/{Uri.EscapeDataString(testId)}/ack", token);

    private async Task Token(string userId, string deviceId) => Assert.Equal(204, (await _service.Send(
        HttpMethod.Put, $"/api/v1/devices/{deviceId}/push-token", Service.Token(userId),
        new { provider = "fcm", token = $"{userId}-{deviceId}" })).Status);
}
