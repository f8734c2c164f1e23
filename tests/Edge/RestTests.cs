using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansCalls.Tests.Edge;

public sealed class RestTests : IClassFixture<RestTests.Shared>
{
    private readonly Service _service;

    public RestTests(Shared shared) => _service = shared.Service;

    [Fact]
    public async Task Call_OverRestAlone_RunsItsCourse()
    {
        var alice = Service.Token("ra");
        var bob = Service.Token("rb");
        var (status, call) = await _service.Send(
            HttpMethod.Post, "/api/v1/calls", alice,
            new { callId = "rest1", calleeIds = new[] { "rb" }, media = "audio", offer = new { type = "offer", sdp = "v=0" } });
        Assert.InRange(status, 200, 201);
        Assert.Equal("ringing", (string?)call!["state"]);

        Assert.Equal(200, (await _service.Send(HttpMethod.Post, "/api/v1/calls/rest1/ringing", bob)).Status);
        var (_, offer) = await _service.Send(HttpMethod.Get, "/api/v1/calls/rest1/offer", bob);
        Assert.Equal("v=0", (string?)offer!["offer"]!["sdp"]);
        var (_, accepted) = await _service.Send(HttpMethod.Post, "/api/v1/calls/rest1/accept", bob, new { ready = false });
        Assert.Equal("connecting", (string?)accepted!["state"]);
        var (_, ready) = await _service.Send(
            HttpMethod.Post, "/api/v1/calls/rest1/ready", bob, new { answer = new { type = "answer", sdp = "v=1" } });
        Assert.Equal("active", (string?)ready!["state"]);
        var (_, ended) = await _service.Send(HttpMethod.Post, "/api/v1/calls/rest1/end", alice);
        Assert.Equal(("ended", "completed"), ((string?)ended!["state"], (string?)ended["endReason"]));

        var (late, problem) = await _service.Send(HttpMethod.Post, "/api/v1/calls/rest1/accept", bob);
        Assert.Equal((410, "ended"), (late, (string?)problem!["code"]));
        Assert.Equal("ended", (string?)problem["call"]!["state"]);
    }

    [Fact]
    public async Task RejectOverRest_ReachesTheCallersSocket()
    {
        await using var alice = await Phone.Start(_service.Address, "sa", "a1");
        await alice.Client.StartCallAsync(new Client.StartCallRequest { CallId = "rest2", CalleeIds = ["sb"] });
        await _service.Send(HttpMethod.Post, "/api/v1/calls/rest2/reject", Service.Token("sb"), new { reason = "no" });
        Assert.Equal("no", (await alice.Next<Client.CallRejected>()).Reason);
        Assert.Equal(Client.EndReason.Rejected, (await alice.Next<Client.CallEnded>()).Reason);
    }

    [Theory]
    [InlineData("POST", "/api/v1/calls", "{", 400, "invalid_argument")]
    [InlineData("POST", "/api/v1/calls", """{"calleeIds":["x"],"media":"taste"}""", 400, "invalid_argument")]
    [InlineData("POST", "/api/v1/calls", """{"callId":"..","calleeIds":["x"],"media":"audio"}""", 400, "invalid_argument")]
    [InlineData("POST", "/api/v1/calls", """{"callId":".","calleeIds":["x"],"media":"audio"}""", 400, "invalid_argument")]
    [InlineData("POST", "/api/v1/calls/none/accept", "{}", 404, "not_found")]
    [InlineData("GET", "/api/v1/calls/bad%20id", null, 400, "invalid_argument")]
    [InlineData("GET", "/api/v1/nothing", null, 404, "not_found")]
    [InlineData("DELETE", "/api/v1/calls", null, 405, "invalid_argument")]
    [InlineData("GET", "/api/v1/calls?state=someday", null, 400, "invalid_argument")]
    [InlineData("GET", "/api/v1/calls?limit=0", null, 400, "invalid_argument")]
    [InlineData("GET", "/api/v1/calls?before=AAAA", null, 400, "invalid_argument")]
    [InlineData("GET", "/api/v1/calls?before=%25%25", null, 400, "invalid_argument")]
    [InlineData("GET", "/api/v1/admin/stats", null, 403, "forbidden")]
    public async Task Request_ThatIsWrong_GetsAProblemWithItsCode(
        string method, string path, string? body, int status, string code)
    {
        var (got, problem) = await _service.Send(new HttpMethod(method), path, Service.Token("rp"), body);
        Assert.Equal((status, code), (got, (string?)problem!["code"]));
        Assert.Equal(status, (int?)problem["status"]);
        Assert.NotNull(problem["traceId"]);
        Assert.NotNull(problem["title"]);
    }

    [Fact]
    public async Task Config_SaysHowLongCallsRing()
    {
        await using var service = await Service.Start("Calls:Ring=00:00:42");
        var (_, config) = await service.Send(HttpMethod.Get, "/api/v1/config", Service.Token("rc"));
        Assert.Equal(42, (int?)config!["ring"]!["defaultSeconds"]);
        var (_, call) = await service.Send(
            HttpMethod.Post, "/api/v1/calls", Service.Token("rc"), new { calleeIds = new[] { "rd" }, media = "audio" });
        var (created, until) = ((DateTimeOffset)call!["createdAt"]!, (DateTimeOffset)call["ringUntil"]!);
        Assert.Equal(TimeSpan.FromSeconds(42), until - created);
    }

    [Fact]
    public async Task Body_OfAMegabyte_IsTooLarge()
    {
        var body = $$$"""{"calleeIds":["x"],"media":"audio","metadata":{"k":"{{{new string('x', 1024 * 1024)}}}"}}""";
        // The client asks before it sends: the answer would else race with the end of a connection
        // that is still being written to.
        var (status, problem) = await _service.Send(
            HttpMethod.Post, "/api/v1/calls", Service.Token("rp"), body, ("Expect", "100-continue"));
        Assert.Equal((413, "too_large"), (status, (string?)problem!["code"]));
    }

    [Fact]
    public async Task ActAs_IsForServicesOnly()
    {
        var service = Service.Token("backend", null, "service");
        var (status, call) = await _service.Send(
            HttpMethod.Post, "/api/v1/calls", service, new { calleeIds = new[] { "xb" }, media = "audio" }, ("X-Act-As", "xa"));
        Assert.InRange(status, 200, 201);
        Assert.Equal("xa", (string?)call!["caller"]!["id"]);
        var (refused, problem) = await _service.Send(
            HttpMethod.Post, "/api/v1/calls", Service.Token("mallory"),
            new { calleeIds = new[] { "xb" }, media = "audio" }, ("X-Act-As", "xa"));
        Assert.Equal((403, "forbidden"), (refused, (string?)problem!["code"]));
    }

    [Fact]
    public async Task Admin_SeesWhyAPhoneDidNotRing_AndCanEndTheCall()
    {
        var admin = Service.Token("root", null, "admin");
        await _service.Send(
            HttpMethod.Post, "/api/v1/calls", Service.Token("ta"),
            new { callId = "watched", calleeIds = new[] { "tb" }, media = "audio" });
        var (_, timeline) = await _service.Send(HttpMethod.Get, "/api/v1/admin/calls/watched/timeline", admin);
        Assert.Contains("started", timeline!.ToJsonString(), StringComparison.Ordinal);
        var (_, user) = await _service.Send(HttpMethod.Get, "/api/v1/admin/users/tb", admin);
        Assert.Equal("watched", (string?)user!["openCalls"]!.AsArray().Single()!["callId"]);
        var (_, ended) = await _service.Send(HttpMethod.Post, "/api/v1/admin/calls/watched/end", admin);
        Assert.Equal("ended_by_admin", (string?)ended!["endReason"]);
        Assert.Equal(200, (await _service.Send(HttpMethod.Get, "/api/v1/admin/stats", admin)).Status);
        Assert.Equal(200, (await _service.Send(HttpMethod.Get, "/api/v1/admin/calls?state=ended", admin)).Status);
    }

    [Fact]
    public async Task TurnCredentials_AreWhatCoturnExpects()
    {
        var (_, answer) = await _service.Send(HttpMethod.Get, "/api/v1/ice-servers", Service.Token("ice"));
        var turn = answer!["iceServers"]!.AsArray().Single(server => server!["username"] is not null)!;
        var username = (string)turn["username"]!;
        // coturn refuses a name with quotes, spaces or backslashes, and logs all.
        Assert.Matches("^[0-9]+:[0-9a-f]{32}$", username);
        Assert.True(long.Parse(username.Split(':')[0]) > TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
#pragma warning disable CA5350 // SHA-1 is what coturn's use-auth-secret is made of.
        var expected = Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes("shh"), Encoding.UTF8.GetBytes(username)));
#pragma warning restore CA5350
        Assert.Equal(expected, (string?)turn["credential"]);
    }

    [Fact]
    public async Task TurnNames_OfACallsParties_AreInItsTimeline()
    {
        await using var callee = await _service.Connect("tn b", "b1");
        await callee.Hears("OpenCalls");
        await _service.Send(
            HttpMethod.Post, "/api/v1/calls", Service.Token("tn a"),
            new { callId = "relayed", calleeIds = new[] { "tn b" }, media = "audio" });
        var (_, callers) = await _service.Send(HttpMethod.Get, "/api/v1/ice-servers", Service.Token("tn a"));
        var callees = await callee.Hears("CallIncoming", "relayed");
        var (_, timeline) = await _service.Send(
            HttpMethod.Get, "/api/v1/admin/calls/relayed/timeline", Service.Token("root", null, "admin"));
        Assert.Equal(
            [("tn a", NameIn(callers!)), ("tn b", NameIn(callees))],
            timeline!["turnNames"]!.AsArray().Select(party => ((string)party!["userId"]!, (string)party["name"]!)));

        static string NameIn(JsonNode answer) =>
            ((string)answer["iceServers"]!.AsArray().Single(server => server!["username"] is not null)!["username"]!).Split(
                ':')[1];
    }

    [Fact]
    public async Task IceServers_AreRenewedOverTheHub()
    {
        await using var phone = await _service.Connect("hub ice", "h1");
        var answer = await phone.Call("GetIceServers");
        Assert.Equal(3600, (int?)answer!["ttlSeconds"]);
        Assert.Equal(
            ["stun:stun.example.org", "turn:turn.example.org"],
            answer["iceServers"]!.AsArray().Select(server => (string?)server!["urls"]![0]));
        var expiry = DateTimeOffset.FromUnixTimeSeconds(
            long.Parse(((string)answer["iceServers"]![1]!["username"]!).Split(':')[0]));
        Assert.InRange(
            expiry, TimeProvider.System.GetUtcNow().AddSeconds(3600 - 120), TimeProvider.System.GetUtcNow().AddSeconds(3600));
    }

    [Fact]
    public async Task Settings_ChangedInOneWindow_LeaveTheOthersAsTheyAre_AndOtherDevicesAreTold()
    {
        await using var first = await _service.Connect("windows", "w1");
        await using var second = await _service.Connect("windows", "w2");
        await first.Hears("OpenCalls");
        await second.Hears("OpenCalls");
        await _service.Send(HttpMethod.Put, "/api/v1/settings", Service.Token("windows"), new { blocked = new[] { "pest" } });
        foreach (var phone in new[] { first, second })
            Assert.Equal("pest", (string?)(await phone.Hears("SettingsChanged"))["blocked"]![0]);

        var (status, mine) = await _service.Send(
            HttpMethod.Patch, "/api/v1/settings", Service.Token("windows"), new { callWaiting = true }, ("X-Device-Id", "w1"));
        Assert.Equal((200, true, "pest"), (status, (bool?)mine!["callWaiting"], (string?)mine["blocked"]![0]));
        Assert.Equal(mine.ToJsonString(), (await second.Hears("SettingsChanged")).ToJsonString());

        var until = "2030-01-31T12:00:00.000Z";
        await second.Call("ChangeSettings", new { doNotDisturb = true, doNotDisturbUntil = until });
        var told = await first.Hears("SettingsChanged");
        Assert.Equal(
            (true, until, true), ((bool?)told["doNotDisturb"], (string?)told["doNotDisturbUntil"], (bool?)told["callWaiting"]));
        // Null is the default; a change that changes nothing is no event.
        await first.Call("ChangeSettings", new { doNotDisturbUntil = (string?)null });
        Assert.Null((await second.Hears("SettingsChanged"))["doNotDisturbUntil"]);
        await first.Call("ChangeSettings", new { callWaiting = true });
        await first.Call("ChangeSettings", new { blocked = (string[]?)null });
        Assert.Empty((await second.Hears("SettingsChanged"))["blocked"]!.AsArray());
        Assert.Equal(
            """{"doNotDisturb":true,"callWaiting":true,"blocked":[]}""", (await second.Call("GetSettings"))!.ToJsonString());
        Assert.Empty(second.Rest());
        Assert.Contains(
            "invalid_argument", await first.Refused("ChangeSettings", new { blocked = new[] { "" } }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Name_ThatWouldTurnTheTextAroundIt_IsStrippedOfThat()
    {
        var token = Service.Token("eve", "\u202eEve\u2066\u200f\u061c\u0007 \u05d0");
        var (_, call) = await _service.Send(
            HttpMethod.Post, "/api/v1/calls", token, new { calleeIds = new[] { "rb" }, media = "audio" });
        Assert.Equal("Eve \u05d0", (string?)call!["caller"]!["name"]);
    }

    [Fact]
    public async Task Candidate_ThatIsNull_ReachesThePeerAsNull()
    {
        await using var alice = await _service.Connect("na", "a1");
        await using var bob = await _service.Connect("nb", "b1");
        await bob.Hears("OpenCalls");
        await alice.Call("StartCall", new { callId = "nulls", calleeIds = new[] { "nb" }, media = "audio" });
        await bob.Call("AcceptCall", new { callId = "nulls" });
        await alice.Call("SendSignal", new { callId = "nulls", kind = "candidate", payload = (string?)null });
        Assert.Equal(
            """{"callId":"nulls","fromUserId":"na","kind":"candidate","payload":null}""",
            (await bob.Hears("SignalReceived")).ToJsonString());
        var (status, _) = await _service.Send(
            HttpMethod.Post, "/api/v1/calls/nulls/signals", Service.Token("nb"), """{"kind":"candidate","payload":null}""",
            ("X-Device-Id", "b1"));
        Assert.Equal(204, status);
        Assert.Equal(
            """{"callId":"nulls","fromUserId":"nb","kind":"candidate","payload":null}""",
            (await alice.Hears("SignalReceived")).ToJsonString());
        Assert.Contains(
            "payload is missing", await alice.Refused("SendSignal", new { callId = "nulls", kind = "candidate" }),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_AreKept_AndDoNotDisturbKeepsPhonesQuiet()
    {
        var quiet = Service.Token("quiet");
        var (status, _) = await _service.Send(
            HttpMethod.Put, "/api/v1/settings", quiet,
            new { doNotDisturb = true, callWaiting = false, blocked = new[] { "pest" } });
        Assert.InRange(status, 200, 204);
        await using var phone = await _service.Connect("quiet", "q1");
        await phone.Hears("OpenCalls");
        foreach (var caller in new[] { "pest", "friend" })
        {
            var (_, call) = await _service.Send(
                HttpMethod.Post, "/api/v1/calls", Service.Token(caller),
                new { callId = $"to-quiet-{caller}", calleeIds = new[] { "quiet" }, media = "audio" });
            Assert.Equal("notifying", (string?)call!["legs"]!.AsArray().Single()!["state"]);
            await _service.Send(HttpMethod.Post, $"/api/v1/calls/to-quiet-{caller}/end", Service.Token(caller));
        }

        Assert.Empty((await phone.Call("GetOpenCalls"))!.AsArray());
        Assert.DoesNotContain("CallIncoming", phone.Rest());
        await using var again = await _service.Connect("quiet", "q2");
        Assert.Equal(1, (int?)(await again.Hears("OpenCalls"))["missedCount"]);
    }

    [Fact]
    public async Task OpenEndpoints_AnswerWithoutToken()
    {
        Assert.Equal(200, (await _service.Send(HttpMethod.Get, "/health/live", null)).Status);
        var (ready, checks) = await _service.Send(HttpMethod.Get, "/health/ready", null);
        Assert.Equal(200, ready);
        Assert.NotEmpty(checks!["checks"]!.AsObject());
        var (_, openApi) = await _service.Send(HttpMethod.Get, "/openapi/v1.json", null);
        Assert.Contains(
            "/api/v1/calls/{id}/accept",
            openApi!["paths"]!.AsObject().Select(path => path.Key.Replace("{callId}", "{id}", StringComparison.Ordinal)));
        Assert.Equal(200, (await _service.Send(HttpMethod.Get, "/metrics", null)).Status);
        Assert.Equal(404, (await _service.Send(HttpMethod.Post, "/dev/token", null, new { userId = "x" })).Status);
    }

    public sealed class Shared : IAsyncLifetime
    {
        public Service Service { get; private set; } = null!;

        public async Task InitializeAsync() =>
            Service = await Service.Start(
                "Ice:TurnUrls=turn:turn.example.org", "Ice:TurnSecret=shh", "Ice:StunUrls=stun:stun.example.org");

        public async Task DisposeAsync() => await Service.DisposeAsync();
    }
}
