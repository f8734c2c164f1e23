using System.Security.Cryptography;
using System.Text;
using OrleansCalls.Client.Tests;

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
        var (status, call) = await _service.Send(HttpMethod.Post, "/api/v1/calls", alice, new { callId = "rest1", calleeIds = new[] { "rb" }, media = "audio", offer = new { type = "offer", sdp = "v=0" } });
        Assert.InRange(status, 200, 201);
        Assert.Equal("ringing", (string?)call!["state"]);

        Assert.Equal(200, (await _service.Send(HttpMethod.Post, "/api/v1/calls/rest1/ringing", bob)).Status);
        var (_, offer) = await _service.Send(HttpMethod.Get, "/api/v1/calls/rest1/offer", bob);
        Assert.Equal("v=0", (string?)offer!["offer"]!["sdp"]);
        var (_, accepted) = await _service.Send(HttpMethod.Post, "/api/v1/calls/rest1/accept", bob, new { ready = false });
        Assert.Equal("connecting", (string?)accepted!["state"]);
        var (_, ready) = await _service.Send(HttpMethod.Post, "/api/v1/calls/rest1/ready", bob, new { answer = new { type = "answer", sdp = "v=1" } });
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
    [InlineData("POST", "/api/v1/calls/none/accept", "{}", 404, "not_found")]
    [InlineData("GET", "/api/v1/calls/bad%20id", null, 400, "invalid_argument")]
    [InlineData("GET", "/api/v1/nothing", null, 404, "not_found")]
    [InlineData("DELETE", "/api/v1/calls", null, 405, "invalid_argument")]
    [InlineData("GET", "/api/v1/calls?state=someday", null, 400, "invalid_argument")]
    [InlineData("GET", "/api/v1/calls?limit=0", null, 400, "invalid_argument")]
    [InlineData("GET", "/api/v1/calls?before=AAAA", null, 400, "invalid_argument")]
    [InlineData("GET", "/api/v1/calls?before=%25%25", null, 400, "invalid_argument")]
    [InlineData("GET", "/api/v1/admin/stats", null, 403, "forbidden")]
    public async Task Request_ThatIsWrong_GetsAProblemWithItsCode(string method, string path, string? body, int status, string code)
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
        var (_, call) = await service.Send(HttpMethod.Post, "/api/v1/calls", Service.Token("rc"), new { calleeIds = new[] { "rd" }, media = "audio" });
        var (created, until) = ((DateTimeOffset)call!["createdAt"]!, (DateTimeOffset)call["ringUntil"]!);
        Assert.Equal(TimeSpan.FromSeconds(42), until - created);
    }

    [Fact]
    public async Task Body_OfAMegabyte_IsTooLarge()
    {
        var body = $$$"""{"calleeIds":["x"],"media":"audio","metadata":{"k":"{{{new string('x', 1024 * 1024)}}}"}}""";
        // The client asks before it sends: the answer would else race with the end of a connection that is still being written to.
        var (status, problem) = await _service.Send(
            HttpMethod.Post, "/api/v1/calls", Service.Token("rp"), body, ("Expect", "100-continue"));
        Assert.Equal((413, "too_large"), (status, (string?)problem!["code"]));
    }

    [Fact]
    public async Task ActAs_IsForServicesOnly()
    {
        var service = Service.Token("backend", null, "service");
        var (status, call) = await _service.Send(HttpMethod.Post, "/api/v1/calls", service, new { calleeIds = new[] { "xb" }, media = "audio" }, ("X-Act-As", "xa"));
        Assert.InRange(status, 200, 201);
        Assert.Equal("xa", (string?)call!["caller"]!["id"]);
        var (refused, problem) = await _service.Send(HttpMethod.Post, "/api/v1/calls", Service.Token("mallory"), new { calleeIds = new[] { "xb" }, media = "audio" }, ("X-Act-As", "xa"));
        Assert.Equal((403, "forbidden"), (refused, (string?)problem!["code"]));
    }

    [Fact]
    public async Task Admin_SeesWhyAPhoneDidNotRing_AndCanEndTheCall()
    {
        var admin = Service.Token("root", null, "admin");
        await _service.Send(HttpMethod.Post, "/api/v1/calls", Service.Token("ta"), new { callId = "watched", calleeIds = new[] { "tb" }, media = "audio" });
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
        Assert.Matches(@"^\d+:ice$", username);
        Assert.True(long.Parse(username.Split(':')[0]) > DateTimeOffset.UtcNow.ToUnixTimeSeconds());
#pragma warning disable CA5350 // SHA-1 is what coturn's use-auth-secret is made of.
        var expected = Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes("shh"), Encoding.UTF8.GetBytes(username)));
#pragma warning restore CA5350
        Assert.Equal(expected, (string?)turn["credential"]);
    }

    [Fact]
    public async Task Settings_AreKept_AndDoNotDisturbKeepsPhonesQuiet()
    {
        var quiet = Service.Token("quiet");
        var (status, _) = await _service.Send(HttpMethod.Put, "/api/v1/settings", quiet, new { doNotDisturb = true, callWaiting = false, blocked = new[] { "pest" } });
        Assert.InRange(status, 200, 204);
        await using var phone = await _service.Connect("quiet", "q1");
        await phone.Hears("OpenCalls");
        foreach (var caller in new[] { "pest", "friend" })
        {
            var (_, call) = await _service.Send(HttpMethod.Post, "/api/v1/calls", Service.Token(caller), new { callId = $"to-quiet-{caller}", calleeIds = new[] { "quiet" }, media = "audio" });
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
        Assert.Contains("/api/v1/calls/{id}/accept", openApi!["paths"]!.AsObject().Select(path => path.Key.Replace("{callId}", "{id}", StringComparison.Ordinal)));
        Assert.Equal(200, (await _service.Send(HttpMethod.Get, "/metrics", null)).Status);
        Assert.Equal(404, (await _service.Send(HttpMethod.Post, "/dev/token", null, new { userId = "x" })).Status);
    }

    public sealed class Shared : IAsyncLifetime
    {
        public Service Service { get; private set; } = null!;

        public async Task InitializeAsync() => Service = await Service.Start("Ice:TurnUrls=turn:turn.example.org", "Ice:TurnSecret=shh", "Ice:StunUrls=stun:stun.example.org");

        public async Task DisposeAsync() => await Service.DisposeAsync();
    }
}
