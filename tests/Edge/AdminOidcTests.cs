using System.Net;

namespace OrleansCalls.Tests.Edge;

/// <summary>Operators who sign in with an OpenID Connect issuer, each request of the browser's sent one by one.</summary>
public sealed class AdminOidcTests
{
    private const string Begin = "/admin/sign-in/oidc";

    [Fact]
    public async Task Operator_SignsIn_AtWhicheverGatewayTheBrowserComesBack()
    {
        await using var issuer = await FakeIssuer.Start();
        await using var one = await Start(issuer);
        await using var other = await Start(issuer);
        Assert.Equal("127.0.0.1", (string?)(await one.Send(HttpMethod.Get, "/admin/sign-in", null)).Body!["issuer"]);

        using var browser = new Tab();
        var back = await browser.ToIssuerAndBack(one);
        // Behind a balancer both gateways have one name; here the other one has another port.
        var (status, where, cookie) = await browser.Get(
            new Uri(other.Address, back.PathAndQuery), ("Host", one.Address.Authority));
        Assert.Equal((302, "/admin/"), (status, where));
        Assert.Contains("samesite=strict", cookie, StringComparison.Ordinal);
        var (_, me) = await other.Send(
            HttpMethod.Get, "/api/v1/admin/session", null, null, ("Cookie", cookie!.Split(';')[0]),
            ("Sec-Fetch-Site", "same-origin"));
        Assert.Equal(("ops-1", "Olga Ops"), ((string?)me!["userId"], (string?)me["name"]));
    }

    [Fact]
    public async Task UserWithoutTheRole_IsSentBack_WithoutACookie()
    {
        await using var issuer = await FakeIssuer.Start();
        issuer.Roles = ["user", "ADMIN", "administrators"];
        await using var service = await Start(issuer);
        using var browser = new Tab();
        Assert.Equal((302, "/admin/#/sign-in/forbidden", null), await browser.Get(await browser.ToIssuerAndBack(service)));
    }

    [Fact]
    public async Task WhatComesBack_IsGoodOnce_InTheBrowserWhereItBegan_AndUnchanged()
    {
        await using var issuer = await FakeIssuer.Start();
        await using var service = await Start(issuer);
        using var browser = new Tab();
        using var thief = new Tab();
        var failed = (302, "/admin/#/sign-in/failed", (string?)null);

        var stolen = await browser.ToIssuerAndBack(service);
        Assert.Equal(failed, await thief.Get(stolen));
        Assert.Equal(failed, await browser.Get(new Uri(service.Address, "/admin/sign-in/callback?code=c&state=s")));
        Assert.Equal(failed, await browser.Get(new Uri(service.Address, "/admin/sign-in/callback")));

        var mine = await browser.ToIssuerAndBack(service);
        Assert.Equal("/admin/", (await browser.Get(mine)).Where);
        Assert.Equal(failed, await browser.Get(mine));

        issuer.LiesAboutNonce = true;
        Assert.Equal(failed, await browser.Get(await browser.ToIssuerAndBack(service)));
    }

    [Fact]
    public async Task IssuerThatRefuses_OrIsAway_IsSaid()
    {
        await using var issuer = await FakeIssuer.Start();
        await using var service = await Start(issuer);
        using var browser = new Tab();
        issuer.IsAway = true;
        Assert.Equal((302, "/admin/#/sign-in/issuer_away", null), await browser.Get(new Uri(service.Address, Begin)));
        issuer.IsAway = false;
        issuer.IsDenied = true;
        var back = await Until.Found(async () => (await browser.Get(new Uri(service.Address, Begin))).Where is { } where
            && where.StartsWith(issuer.Address, StringComparison.Ordinal) ? where : null, "the issuer again");
        Assert.Equal(
            (302, "/admin/#/sign-in/cancelled", null), await browser.Get(new Uri((await browser.Get(new Uri(back))).Where!)));
        issuer.IsDenied = false;
        var late = await browser.ToIssuerAndBack(service);
        issuer.IsAway = true;
        Assert.Equal((302, "/admin/#/sign-in/failed", null), await browser.Get(late));
    }

    [Fact]
    public async Task WithoutAnIssuer_ThereIsNoSuchSignIn()
    {
        await using var service = await Service.Start();
        using var browser = new Tab();
        Assert.Equal(404, (await browser.Get(new Uri(service.Address, Begin))).Status);
        Assert.Null((await service.Send(HttpMethod.Get, "/admin/sign-in", null)).Body!["issuer"]);
    }

    [Theory]
    [InlineData("Admin__OidcAuthority", "Admin:OidcAuthority=http://issuer.example", "Admin:OidcClientId=c")]
    [InlineData("Admin__OidcAuthority", "Admin:OidcAuthority=https://issuer.example")]
    [InlineData("Admin__OidcClientId", "Admin:OidcClientId=c")]
    [InlineData("Admin__SessionMinutes", "Admin:SessionMinutes=1")]
    [InlineData("Dashboard__Enabled", "Dashboard:Enabled=perhaps")]
    public async Task WrongSetting_IsNamed(string name, params string[] settings)
    {
        var wrong = await Assert.ThrowsAnyAsync<Exception>(() => Service.Start(settings));
        Assert.Contains(name, wrong.Message, StringComparison.Ordinal);
    }

    private static Task<Service> Start(FakeIssuer issuer) => Service.Start(["environment=Development", .. issuer.Settings]);

    /// <summary>A browser, as far as redirects and cookies go.</summary>
    private sealed class Tab : IDisposable
    {
        private readonly HttpClient _http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, ActivityHeadersPropagator = null, CookieContainer = new CookieContainer(),
        });

        /// <summary>One request: its status, where it sends the browser, and the admin cookie if it sets one.</summary>
        public async Task<(int Status, string? Where, string? Cookie)> Get(
            Uri address, params (string Name, string Value)[] headers)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            foreach (var (name, value) in headers)
                request.Headers.Add(name, value);
            using var response = await _http.SendAsync(request);
            var cookies = response.Headers.TryGetValues("Set-Cookie", out var set) ? set : [];
            return ((int)response.StatusCode, response.Headers.Location?.OriginalString,
                cookies.FirstOrDefault(one => one.StartsWith("calls-admin=", StringComparison.Ordinal)));
        }

        /// <summary>
        /// Begins a sign-in and lets the issuer answer: the address at the service to which the browser is sent.
        /// </summary>
        public async Task<Uri> ToIssuerAndBack(Service service)
        {
            var (status, where, _) = await Get(new Uri(service.Address, Begin));
            Assert.Equal(302, status);
            return new Uri((await Get(new Uri(where!))).Where!);
        }

        public void Dispose() => _http.Dispose();
    }
}
