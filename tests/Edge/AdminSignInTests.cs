using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace OrleansCalls.Tests.Edge;

/// <summary>
/// The admin page's cookie: who gets it, where it is taken, and that it is worth nothing anywhere else or after the end.
/// </summary>
public sealed class AdminSignInTests(AdminSignInTests.Shared shared) : IClassFixture<AdminSignInTests.Shared>
{
    private const string Session = "/api/v1/admin/session";
    private const string Overview = "/api/v1/admin/overview";

    private static readonly (string Name, string Value) SameOrigin = ("Sec-Fetch-Site", "same-origin");

    private readonly Service _service = shared.Service;

    [Fact]
    public async Task Token_IsExchangedForACookie_ThatOnlyThePageCanUse()
    {
        var (cookie, attributes, body) = await SignIn("olga");
        Assert.Equal(
            ["expires", "httponly", "path=/api/v1/admin", "samesite=strict"],
            attributes.Select(one => one.StartsWith("expires=", StringComparison.Ordinal) ? "expires" : one).Order());
        Assert.Equal("olga", (string?)body["userId"]);
        Assert.InRange(
            DateTimeOffset.Parse((string)body["expiresAt"]!, null) - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(58),
            TimeSpan.FromMinutes(61));

        Assert.Equal(200, await Get(Overview, cookie, SameOrigin));
        Assert.Equal(200, await Get(Overview, cookie, ("X-Calls-Admin", "1")));
        var (status, session) = await Send(HttpMethod.Get, Session, cookie, SameOrigin);
        Assert.Equal((200, "olga"), (status, (string?)session!["userId"]));
    }

    [Theory]
    [InlineData("cross-site", null, false)]
    [InlineData("same-site", null, true)]
    [InlineData("cross-site", null, true)]
    [InlineData(null, null, false)]
    [InlineData(null, "https://evil.example", true)]
    [InlineData(null, "null", true)]
    public async Task CookieOfAnotherPage_IsForbidden(string? site, string? origin, bool marked)
    {
        var (cookie, _, _) = await SignIn("olga");
        var headers = new List<(string, string)>();
        if (site is not null)
            headers.Add(("Sec-Fetch-Site", site));
        if (origin is not null)
            headers.Add(("Origin", origin));
        if (marked)
            headers.Add(("X-Calls-Admin", "1"));
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Get, Overview), (HttpMethod.Post, "/api/v1/admin/calls/c/end"), (HttpMethod.Delete, Session),
        })
        {
            var (status, body) = await Send(method, path, cookie, [.. headers]);
            Assert.Equal((403, "forbidden"), (status, (string?)body!["code"]));
        }

        Assert.Equal(200, await Get(Overview, cookie, SameOrigin));
    }

    [Fact]
    public async Task TypedAddress_MayRead_AndMayNotAct()
    {
        var (cookie, _, _) = await SignIn("olga");
        Assert.Equal(200, await Get(Overview, cookie, ("Sec-Fetch-Site", "none")));
        Assert.Equal(403, (await Send(HttpMethod.Delete, Session, cookie, ("Sec-Fetch-Site", "none"))).Status);
    }

    [Fact]
    public async Task SignOut_EndsTheSession_WhereverItsCookieIs_AndForGood()
    {
        await using var service = await Service.Start();
        var (cookie, _, _) = await SignIn("olga", service: service);
        var (other, _, _) = await SignIn("omar", service: service);
        Assert.Equal(204, (await Send(HttpMethod.Delete, Session, cookie, service, SameOrigin)).Status);
        Assert.Equal(401, await Get(Overview, cookie, service, SameOrigin));
        Assert.Equal(401, (await Send(HttpMethod.Delete, Session, cookie, service, SameOrigin)).Status);
        Assert.Equal(200, await Get(Overview, other, service, SameOrigin));

        await service.Restart();
        Assert.Equal(401, await Get(Overview, cookie, service, SameOrigin));
        Assert.Equal(200, await Get(Overview, other, service, SameOrigin));
        Assert.Contains(service.Log.Lines, line => line.Text.Contains("Operator olga signed out", StringComparison.Ordinal));
        Assert.DoesNotContain(service.Log.Lines, line => line.Text.Contains(cookie, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cookie_OpensNothingElse_AndAddsNothingToAToken()
    {
        var (cookie, _, _) = await SignIn("olga");
        Assert.Equal(401, await Get("/api/v1/calls", cookie, SameOrigin));
        Assert.Equal(401, await Get("/api/v1/config", cookie, SameOrigin));
        Assert.Equal(401, (await Send(HttpMethod.Post, "/hubs/calls/negotiate?negotiateVersion=1", cookie, SameOrigin)).Status);
        // A token that comes along is what counts, good or not.
        Assert.Equal(403, await Get(Overview, cookie, SameOrigin, ("Authorization", $"Bearer {Service.Token("user")}")));
        Assert.Equal(401, await Get(Overview, cookie, SameOrigin, ("Authorization", "Bearer x")));
    }

    [Fact]
    public async Task Session_CannotProlongItself()
    {
        var (cookie, _, _) = await SignIn("olga");
        Assert.Equal(403, (await Send(HttpMethod.Post, Session, cookie, SameOrigin)).Status);
    }

    [Fact]
    public async Task Session_EndsWithItsToken()
    {
        await using var service = await Service.Start("Auth:ClockSkewSeconds=0");
        var ends = TimeProvider.System.GetUtcNow().AddSeconds(4).ToUnixTimeSeconds();
        var token = Service.Sign(new JsonObject
        {
            ["iss"] = "orleans-calls", ["aud"] = "orleans-calls", ["sub"] = "olga", ["exp"] = ends,
            ["roles"] = new JsonArray("admin"),
        });
        var (cookie, _, body) = await SignIn("olga", token, service);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(ends), DateTimeOffset.Parse((string)body["expiresAt"]!, null));
        Assert.Equal(200, await Get(Overview, cookie, service, SameOrigin));
        await Until.Seen(() => Get(Overview, cookie, service, SameOrigin), status => status == 401, "the end of the session");
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("' OR 1=1 --                                 ")]
    public async Task CookieThatIsNone_OpensNothing(string cookie) => Assert.Equal(401, await Get(Overview, cookie, SameOrigin));

    [Fact]
    public async Task OnlyOperators_SignIn()
    {
        foreach (var (token, expected) in new[]
        {
            (Service.Token("user"), 403), (Service.Token("app", null, "service"), 403), ("x", 401), (null, 401),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_service.Address, Session));
            request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
            using var response = await shared.Client.SendAsync(request);
            Assert.Equal(expected, (int)response.StatusCode);
            Assert.False(response.Headers.Contains("Set-Cookie"));
        }
    }

    [Fact]
    public async Task Overview_HasTheProcess_ItsVersion_ItsDevices_AndItsCalls()
    {
        await using var service = await Service.Start();
        await using var phone = await service.Connect("ov-bob", "b1");
        await phone.Hears("OpenCalls");
        Assert.Equal(200, (await service.Send(
            HttpMethod.Post, "/api/v1/calls", Service.Token("ov-ann"),
            new { callId = "ov", calleeIds = new[] { "ov-bob" }, media = "audio" })).Status);
        await phone.Hears("CallIncoming");
        // Processes report every 5 s.
        var view = await Until.Found(
            async () => (await service.Send(HttpMethod.Get, Overview, Service.Token("o", null, "admin"))).Body is { } body
                && (int?)body["openCalls"]?["ringing"] == 1 ? body : null, "the ringing call in the figures");
        Assert.Equal((1, 1, 1L), ((int)view["users"]!, (int)view["devices"]!, (long)view["callsStarted"]!));
        var gateway = Assert.Single(view["gateways"]!.AsArray());
        var silo = Assert.Single(view["silos"]!.AsArray());
        Assert.Equal(("active", 1), ((string?)silo!["status"], (int)silo["openCalls"]!));
        Assert.Equal((string?)gateway!["version"], (string?)silo["version"]);
        Assert.Matches(@"^\d+\.\d+\.\d+", (string?)gateway["version"]);
        Assert.True(view["queues"]!.AsObject().ContainsKey("outbox"));
        Assert.Null(view["dashboard"]);
    }

    private Task<int> Get(string path, string cookie, params (string Name, string Value)[] headers) =>
        Get(path, cookie, _service, headers);

    private async Task<int> Get(string path, string cookie, Service service, params (string Name, string Value)[] headers) =>
        (await Send(HttpMethod.Get, path, cookie, service, headers)).Status;

    private Task<(int Status, JsonNode? Body)> Send(
        HttpMethod method, string path, string cookie, params (string Name, string Value)[] headers) =>
        Send(method, path, cookie, _service, headers);

    private static Task<(int Status, JsonNode? Body)> Send(
        HttpMethod method, string path, string cookie, Service service, params (string Name, string Value)[] headers) =>
        service.Send(method, path, null, null, [.. headers, ("Cookie", $"calls-admin={cookie}")]);

    private async Task<(string Cookie, string[] Attributes, JsonNode Body)> SignIn(
        string userId, string? token = null, Service? service = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri((service ?? _service).Address, Session));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? Service.Token(userId, null, "admin"));
        using var response = await shared.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var parts = Assert.Single(response.Headers.GetValues("Set-Cookie")).Split("; ");
        return (parts[0].Split('=')[1], parts[1..], JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    public sealed class Shared : IAsyncLifetime, IDisposable
    {
        public Service Service { get; private set; } = null!;

        /// <summary>A client that keeps no cookies: tests show them where they want.</summary>
        public HttpClient Client { get; } = new(new SocketsHttpHandler { UseCookies = false, ActivityHeadersPropagator = null });

        public async Task InitializeAsync() => Service = await Service.Start();

        public async Task DisposeAsync() => await Service.DisposeAsync();

        public void Dispose() => Client.Dispose();
    }
}
