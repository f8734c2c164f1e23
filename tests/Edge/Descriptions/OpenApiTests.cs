using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansCalls.Tests.Edge.Descriptions;

/// <summary>What <c>/openapi/v1.json</c> says is what the service does, operation by operation.</summary>
public sealed class OpenApiTests : IClassFixture<OpenApiTests.Shared>
{
    // Sockets, the page, and the descriptions themselves.
    private static readonly string[] NotRest =
    [
        "/", "/admin/sign-in", "/api-reference/{documentName?}", "/hubs/calls", "/hubs/calls/negotiate", "/metrics",
        "/openapi/v1.json", "/asyncapi/v1.json", "/socket.io", "/ws",
        "/ws/notifications", "/ws/chat/{conversationId}",
    ];

    private readonly Service _service;

    public OpenApiTests(Shared shared) => _service = shared.Service;

    private static string Admin => Service.Token("operator", null, "admin");

    [Fact]
    public async Task EveryRoute_IsDescribed()
    {
        var api = await OpenApi.Read(_service.Http);
        var described = api.Operations.Values.Select(operation => operation.Path).ToHashSet(StringComparer.Ordinal);
        var routes = _service.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(route => "/" + route.RoutePattern.RawText!.Trim('/'))
            .Where(path => !path.StartsWith("/api-reference", StringComparison.Ordinal))
            .Distinct();
        Assert.Empty(routes.Except(described).Except(NotRest));
    }

    [Fact]
    public async Task EveryOperation_HasASummary_ATag_ItsSecurity_AndExamplesOfItsOwnSchemas()
    {
        var api = await OpenApi.Read(_service.Http);
        foreach (var operation in api.Operations.Values)
        {
            Assert.NotEmpty((string)operation.Node["summary"]!);
            Assert.Single(operation.Node["tags"]!.AsArray());
            Assert.NotNull(operation.Node["security"]);
            api.AssertExamples(operation);
            foreach (var parameter in operation.Parameters)
                Assert.NotEmpty((string)parameter!["description"]!);
        }

        Assert.All(
            api.Operations.Values.Where(o => o.Path.StartsWith("/api/v1/admin", StringComparison.Ordinal)),
            o => Assert.True(o.IsForOperators, o.Id));
        // An action token's few operations (gateway/README.md).
        Assert.Equal(
            ["acceptCall", "ackRinging", "ackTestRing", "getCall", "getOffer", "readyCall", "rejectCall", "respondToCall"],
            api.Operations.Values.Where(o => o.Node["security"]!.AsArray().Any(s => s!["actionToken"] is not null))
                .Select(o => o.Id).Order());
    }

    [Fact]
    public async Task EveryOperation_AnswersAsDescribed()
    {
        var api = await OpenApi.Read(_service.Http);
        var (alice, bob, carol) = (Service.Token("oa"), Service.Token("ob"), Service.Token("oc"));
        await using var phone = await _service.Connect("ob", "b1");
        await phone.Hears("OpenCalls");

        await api.Call("getLiveness", null);
        await api.Call("getReadiness", null);
        await api.Call("createDevelopmentToken", null, new { userId = "oa", name = "A", roles = new[] { "admin" } });
        await api.Call("getConfig", alice);
        await api.Call("getIceServers", alice);
        await api.Call("getPresence", alice, null, ("userId", "ob"));
        await api.Call("listOnlineUsers", alice);

        await api.Call("setPushToken", bob, new { provider = "fcm", token = "t1" }, ("deviceId", "b2"));
        var devices = await api.Call("listDevices", bob);
        Assert.Equal(["b1", "b2"], devices!["items"]!.AsArray().Select(device => (string?)device!["deviceId"]));
        var testing = api.Call("testRing", bob);
        var test = (string)(await phone.Hears("TestRing"))["testId"]!;
        await api.Call("ackTestRing", bob, null, ("testId", test), ("X-Device-Id", "b2"));
        await phone.Call("AckTestRing", new { testId = test });
        await testing;
        await api.Call("testRingOfUser", Admin, new { deviceId = "none", callerId = "oa" }, ("userId", "nobody"));
        await api.Call("clearPushToken", bob, null, ("deviceId", "b2"), ("provider", "fcm"));
        await api.Call("forgetDevice", bob, null, ("deviceId", "b2"));
        await api.Call(
            "replaceSettings", bob,
            new { callWaiting = true, blocked = new[] { "mallory" }, doNotDisturbUntil = "2026-01-31T12:34:56.789Z" });
        await api.Call("changeSettings", bob, new { callWaiting = false });
        await api.Call("getSettings", bob);

        await api.Call("startCall", alice, new
        {
            callId = "described", calleeIds = new[] { "ob" }, media = "video", offer = new { type = "offer", sdp = "v=0" },
            metadata = new { room = "1" },
        }, ("X-Device-Id", "a1"));
        await api.Call("getCall", bob, null, ("callId", "described"));
        await api.Call("getOffer", bob, null, ("callId", "described"));
        await api.Call("ackRinging", bob, null, ("callId", "described"), ("X-Device-Id", "b1"));
        await api.Call("silenceCall", bob, null, ("callId", "described"));
        await api.Call("listCalls", bob, null, ("state", "open"));
        await api.Call("acceptCall", bob, new { ready = false }, ("callId", "described"), ("X-Device-Id", "b1"));
        await api.Call("readyCall", bob, null, ("callId", "described"), ("X-Device-Id", "b1"));
        await api.Call(
            "sendSignal", alice, new { kind = "candidate", payload = new { candidate = "c" } }, ("callId", "described"),
            ("X-Device-Id", "a1"));
        await api.Call("inviteToCall", alice, new { calleeIds = new[] { "oc" } }, ("callId", "described"), ("X-Device-Id", "a1"));
        await api.Call("rejectCall", carol, new { reason = "no" }, ("callId", "described"));
        await api.Call("endCall", alice, null, ("callId", "described"), ("X-Device-Id", "a1"));

        await api.Call("startCall", alice, new { callId = "missed", calleeIds = new[] { "oc" }, media = "audio" });
        await api.Call("endCallAsOperator", Admin, null, ("callId", "missed"));
        await Until.Found(
            async () => (await api.Call("listCalls", carol, null, ("state", "all")))!["items"]!.AsArray().FirstOrDefault(),
            "a past call");
        await api.Call("listCalls", carol, null, ("state", "missed"), ("limit", "1"));
        await api.Call("ackMissedCalls", carol, new { upTo = "2026-01-31T12:34:56.789Z" });

        await api.Call("listAllCalls", Admin, null, ("state", "open"));
        await api.Call(
            "listAllCalls", Admin, null, ("state", "ended"), ("reason", "ended_by_admin"),
            ("from", "2026-01-31"), ("limit", "1"));
        await api.Call("listUserCalls", Admin, null, ("userId", "oc"), ("q", "mis"));
        await api.Call("getTimeline", Admin, null, ("callId", "described"));
        await api.Call("inspectUser", Admin, null, ("userId", "ob"));
        await api.Call("notifyUser", Admin, new { type = "hello", payload = new { a = 1 } }, ("userId", "ob"));
        await api.Call("getStats", Admin);
        await api.Call("getOverview", Admin);
        await api.Call("signInOperator", Admin);
        await api.Call("getOperatorSession", Admin);
        await api.Call("signOutOperator", Admin);
        await api.Call("eraseUser", Admin, null, ("userId", "oc"));
        await api.Call("getErasure", Admin, null, ("userId", "oc"));
        await api.Call("startPurge", Admin);
        await api.Call("getPurge", Admin);

        await api.Call("initiateNotificationCall", alice, new { receiver_id = "od", call_type = "video", conversation_id = 7 });
        await api.Call("getAgoraHealth", null);
        await api.Call("isUserOnline", Admin, null, ("userId", "ob"));
        var connected = await api.Call("listConnectedUsers", Admin);
        await api.Call("emit", Admin, new
        {
            socketId = (string)connected!["users"]!.AsArray().First(user => (string?)user!["userId"] == "ob")!["socketId"]!,
            @event = "hello", data = new { a = 1 },
        });
        await api.Call("startCall", alice, new { callId = "declined", calleeIds = new[] { "oe" }, media = "audio" });
        await api.Call("rejectAgoraCall", Service.Token("oe"), new { reason = "busy" }, ("callId", "declined"));
        await api.Call("getCallConfig", null);
        var room = await api.Call("initiateRoomCall", alice, new { roomId = "hall", callType = "video" });
        var roomCall = (string)room!["callId"]!;
        await api.Call("answerRoomCall", Service.Token("of"), new { }, ("callId", roomCall));
        await api.Call("endRoomCall", Service.Token("of"), null, ("callId", roomCall));
        room = await api.Call("initiateRoomCall", alice, new { roomId = "hall", callType = "voice" });
        await api.Call("rejectRoomCall", Service.Token("of"), new { reason = "no" }, ("callId", (string)room!["callId"]!));
        await api.Call("startCall", alice, new { callId = "woken", calleeIds = new[] { "og" }, media = "audio" });
        await api.Call(
            "respondToCall", Service.Token("og"), new { server_call_id = "woken", extension = "og", action = "accept_ready" });
        await api.Call("getTelephoneFigures", Admin);

        Assert.Empty(api.Operations.Keys.Except(api.Succeeded));
    }

    /// <summary>Whatever can be wrong with a request is answered with a status and a body that the operation names.</summary>
    [Fact]
    public async Task EveryRefusal_IsDescribed()
    {
        var api = await OpenApi.Read(_service.Http);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var operation in api.Operations.Values)
        {
            var token = operation.IsForOperators ? Admin : Service.Token("refused");
            if (operation.NeedsToken)
            {
                await Refused(operation, 401, "unauthenticated", null, null);
                if (operation.IsForOperators)
                    await Refused(operation, 403, "forbidden", Service.Token("refused"), null);
                // Dialects read the body first.
                else if (operation.Path.StartsWith("/api/v1", StringComparison.Ordinal))
                    await Refused(
                        operation, 403, "forbidden", token, operation.NeedsBody ? new { } : null, ("X-Act-As", "another"));
            }

            if (operation.Body is not null && operation.NeedsBody)
            {
                await Refused(
                    operation, 413, "too_large", token,
                    new StringContent(new string(' ', 300_000) + "{}", Encoding.UTF8, "application/json"));
                await Refused(
                    operation, 400, "invalid_argument", token, new StringContent("{", Encoding.UTF8, "application/json"));
                if (operation.Node["responses"]!["415"] is not null)
                    await Refused(
                        operation, 415, "invalid_argument", token, new StringContent("text", Encoding.UTF8, "text/plain"));
            }

            // Whatever comes of text that is no JSON: it is described.
            if (operation.Body is not null)
                await api.Send(operation, token, new StringContent("text", Encoding.UTF8, "text/plain"), operation.AnyPath);
            if (operation.Path.Contains("{callId}", StringComparison.Ordinal) && !operation.NeedsBody)
                await Refused(operation, 404, "not_found", token, null);
        }

        Assert.Superset(
            new HashSet<string>(["unauthenticated", "forbidden", "too_large", "invalid_argument", "not_found"]), seen);

        async Task Refused(
            OpenApi.Operation operation, int expected, string code, string? token, object? body, params (string, string)[] more)
        {
            var (status, answer) = await api.Send(operation, token, body, [.. operation.AnyPath, .. more]);
            Assert.True(status == expected, $"{operation.Id}: {status} instead of {expected}: {answer}");
            if (answer!["code"] is not null)
                Assert.Equal(code, (string?)answer["code"]);
            seen.Add(code);
        }
    }

    /// <summary>A field that is required is one without which the request is refused.</summary>
    [Fact]
    public async Task EveryRequiredField_IsRequired()
    {
        var api = await OpenApi.Read(_service.Http);
        var document = JsonNode.Parse(await _service.Http.GetStringAsync("/openapi/v1.json"))!;
        foreach (var operation in api.Operations.Values.Where(o => o.NeedsBody))
        {
            var schema = (string?)operation.Body!["$ref"] is { } name
                ? document["components"]!["schemas"]![name.Split('/')[^1]]!
                : operation.Body;
            if (schema["required"] is null)
                continue;
            var (status, _) = await api.Send(
                operation, operation.IsForOperators ? Admin : Service.Token("incomplete"), new { }, operation.AnyPath);
            Assert.True(status == 400, $"{operation.Id} took an empty body: {status}");
        }
    }

    [Fact]
    public async Task Conflict_AndEnd_ComeWithTheCall()
    {
        var api = await OpenApi.Read(_service.Http);
        var (alice, bob) = (Service.Token("ea"), Service.Token("eb"));
        await api.Call("startCall", alice, new { callId = "over", calleeIds = new[] { "eb" }, media = "audio" });
        var (conflict, problem) = await api.Send(api.Operations["acceptCall"], alice, null, ("callId", "over"));
        Assert.Equal((409, "conflict", "over"), (conflict, (string?)problem!["code"], (string?)problem["call"]?["callId"]));
        await api.Call("endCall", alice, null, ("callId", "over"));
        (var ended, problem) = await api.Send(api.Operations["acceptCall"], bob, null, ("callId", "over"));
        Assert.Equal((410, "ended", "ended"), (ended, (string?)problem!["code"], (string?)problem["call"]?["state"]));
    }

    [Fact]
    public async Task UserOverTheRate_IsAnsweredAsDescribed()
    {
        await using var slow = await Service.Start("Gateway:MessageBurst=1", "Gateway:MessagesPerSecond=1");
        var api = await OpenApi.Read(slow.Http);
        var token = Service.Token("hasty");
        // More at once than come back while a slow machine answers them.
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => api.Send(api.Operations["getSettings"], token)));
        Assert.Contains(answers, answer => answer.Status == 429 && (string?)answer.Answer!["code"] == "rate_limited");
    }

    /// <summary>The page runs what is served here, and nothing may be loaded from elsewhere.</summary>
    [Fact]
    public async Task Page_IsServedInDevelopment_WithAllThatItLoads()
    {
        using var page = await _service.Http.GetAsync("/api-reference/");
        var html = await page.Content.ReadAsStringAsync();
        Assert.True(page.IsSuccessStatusCode);
        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("//", html.Replace("<!--", "", StringComparison.Ordinal), StringComparison.Ordinal);
        foreach (var script in new[] { "scalar.js", "scalar.aspnetcore.js" })
            Assert.True((await _service.Http.GetAsync($"/api-reference/{script}")).IsSuccessStatusCode, script);
        using var again = await _service.Http.GetAsync("/api-reference/");
        Assert.NotEqual(policy, Assert.Single(again.Headers.GetValues("Content-Security-Policy")));
    }

    [Theory]
    [InlineData(null, 404)]
    [InlineData("Gateway:DescriptionPage=true", 200)]
    public async Task Page_OutsideDevelopment_IsServedOnlyBySetting(string? setting, int status)
    {
        await using var service = await Service.Start(setting is null ? [] : [setting]);
        using var page = await service.Http.GetAsync("/api-reference/");
        Assert.Equal(status, (int)page.StatusCode);
    }

    public sealed class Shared : IAsyncLifetime
    {
        public Service Service { get; private set; } = null!;

        public async Task InitializeAsync() => Service = await Service.Start(
            "environment=Development", "Gateway:MessageBurst=100000", "Ice:TurnUrls=turn:turn.example.org", "Ice:TurnSecret=shh",
            "Ice:StunUrls=stun:stun.example.org", "Rooms:0:Id=hall", "Rooms:0:Members=oa,of");

        public async Task DisposeAsync() => await Service.DisposeAsync();
    }
}
