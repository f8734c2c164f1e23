using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace OrleansCalls.StandIns.Tests;

/// <summary>Tokens of an OpenID provider, whose keys change.</summary>
public sealed class OpenIdTests
{
    private static Action<JwtBearerOptions> Trust(Provider provider) => options =>
    {
        options.Authority = provider.Address;
        options.Audience = Jwt.Audience;
        options.RequireHttpsMetadata = false;
        options.TokenValidationParameters = new TokenValidationParameters { ClockSkew = TimeSpan.FromSeconds(60) };
    };

    [Fact]
    public async Task Rs256AndEs256_WithPublishedKeys_AreBelieved()
    {
        using var rsa = RSA.Create(2048);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var stranger = RSA.Create(2048);
        await using var provider = await Provider.Start(Jwt.Jwk(rsa, "r1"), Jwt.Jwk(ec, "e1"));
        await using var app = await TokenApp.Start(Trust(provider));
        Assert.Equal(HttpStatusCode.OK, (await app.Ask(Jwt.Rs256(Jwt.Claims(), rsa, "r1"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await app.Ask(Jwt.Es256(Jwt.Claims(), ec, "e1"))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.Ask(Jwt.Rs256(Jwt.Claims(), stranger, "r1"))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.Ask(Jwt.Rs256(Jwt.Claims(), rsa, "e1"))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.Ask(Jwt.Hs256(Jwt.Claims()))).Status);
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            (await app.Ask(Jwt.Hs256(Jwt.Claims(), "{\"alg\":\"HS256\",\"kid\":\"r1\"}", rsa.ExportSubjectPublicKeyInfo()))).Status);
        // The official package may look once more for a key that it does not find at first.
        Assert.InRange(provider.Fetches, 1, 2);
    }

    [Fact]
    public async Task AnotherIssuer_WithTheProvidersKey_IsRefused()
    {
        using var rsa = RSA.Create(2048);
        await using var provider = await Provider.Start(Jwt.Jwk(rsa, "r1"));
        await using var app = await TokenApp.Start(Trust(provider));
        var answer = await app.Ask(Jwt.Rs256($"{{\"iss\":\"https://evil.example\",\"aud\":\"calls\",\"exp\":{Jwt.Now + 600}}}", rsa, "r1"));
        Assert.Contains("The issuer 'https://evil.example' is invalid", answer.Challenge, StringComparison.Ordinal);
    }

    [StandInFact]
    public async Task NewKey_IsFetchedOnce_AndMadeUpKeysDoNotFloodTheProvider()
    {
        using var old = RSA.Create(2048);
        using var fresh = RSA.Create(2048);
        var time = new ManualTime();
        await using var provider = await Provider.Start(Jwt.Jwk(old, "old"));
        await using var app = await TokenApp.Start(Trust(provider), time);
        Assert.Equal(HttpStatusCode.OK, (await app.Ask(Jwt.Rs256(Jwt.Claims(), old, "old"))).Status);

        provider.Keys = [Jwt.Jwk(fresh, "new")];
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.Ask(Jwt.Rs256(Jwt.Claims(), fresh, "new"))).Status);
        Assert.Equal(1, provider.Fetches);
        time.Shift += TimeSpan.FromMinutes(5);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => app.Ask(Jwt.Rs256(Jwt.Claims(), fresh, $"made up {i}"))));
        Assert.Equal(HttpStatusCode.OK, (await app.Ask(Jwt.Rs256(Jwt.Claims(), fresh, "new"))).Status);
        Assert.Equal(2, provider.Fetches);
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.Ask(Jwt.Rs256(Jwt.Claims(), old, "old"))).Status);
    }

    [StandInFact]
    public async Task ProviderAway_OldKeysStay_AndItIsFoundAgain()
    {
        using var rsa = RSA.Create(2048);
        var time = new ManualTime();
        await using var provider = await Provider.Start(Jwt.Jwk(rsa, "r1"));
        provider.IsAway = true;
        await using var app = await TokenApp.Start(Trust(provider), time);
        Assert.Equal(HttpStatusCode.InternalServerError, (await app.Ask(Jwt.Rs256(Jwt.Claims(), rsa, "r1"))).Status);
        provider.IsAway = false;
        Assert.Equal(HttpStatusCode.InternalServerError, (await app.Ask(Jwt.Rs256(Jwt.Claims(), rsa, "r1"))).Status);
        Assert.Equal(1, provider.Fetches);
        time.Shift += TimeSpan.FromSeconds(5);
        Assert.Equal(HttpStatusCode.OK, (await app.Ask(Jwt.Rs256(Jwt.Claims(), rsa, "r1"))).Status);
        Assert.Equal(2, provider.Fetches);

        provider.IsAway = true;
        time.Shift += TimeSpan.FromHours(13); // older than the interval at which keys are fetched anyway
        var token = Jwt.Rs256($"{{\"iss\":\"{Jwt.Issuer}\",\"aud\":\"calls\",\"exp\":{time.GetUtcNow().ToUnixTimeSeconds() + 600}}}", rsa, "r1");
        Assert.Equal(HttpStatusCode.OK, (await app.Ask(token)).Status);
        Assert.Equal(3, provider.Fetches);
    }

    [StandInFact]
    public async Task KeysThatMakeNoSense_DoNotTakeTheOthersAway()
    {
        using var rsa = RSA.Create(2048);
        using var weak = RSA.Create(1024);
        await using var provider = await Provider.Start(
            "7", "{}", "{\"kty\":\"oct\",\"k\":\"AAAA\",\"kid\":\"s\"}", "{\"kty\":\"RSA\",\"n\":\"!\",\"e\":\"AQAB\",\"kid\":\"bad\"}",
            "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\",\"kid\":\"off\"}",
            Jwt.Jwk(rsa, "enc").Replace("sig", "enc", StringComparison.Ordinal), Jwt.Jwk(weak, "weak"), Jwt.Jwk(rsa, "r1"));
        await using var app = await TokenApp.Start(Trust(provider));
        Assert.Equal(HttpStatusCode.OK, (await app.Ask(Jwt.Rs256(Jwt.Claims(), rsa, "r1"))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.Ask(Jwt.Rs256(Jwt.Claims(), weak, "weak"))).Status);
    }

    [Fact]
    public async Task PlainHttp_UnlessAllowed_IsRefused()
    {
        await using var app = await TokenApp.Start(options => options.Authority = "http://127.0.0.1:1");
        Assert.Equal(HttpStatusCode.InternalServerError, (await app.Ask(Jwt.Hs256(Jwt.Claims()))).Status);
    }

    /// <summary>An OpenID provider; it gives itself the issuer that <see cref="Jwt.Claims"/> names.</summary>
    private sealed class Provider : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private int _fetches;

        private Provider(WebApplication app) => _app = app;

        internal string Address => _app.Urls.Single();

        internal string[] Keys { get; set; } = [];

        internal bool IsAway { get; set; }

        internal int Fetches => _fetches;

        internal static async Task<Provider> Start(params string[] keys)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var provider = new Provider(builder.Build()) { Keys = keys };
            provider._app.MapGet("/.well-known/openid-configuration", () =>
            {
                Interlocked.Increment(ref provider._fetches);
                return provider.IsAway
                    ? Results.StatusCode(503)
                    : Results.Text($"{{\"issuer\":\"{Jwt.Issuer}\",\"jwks_uri\":\"{provider.Address}/keys\"}}", "application/json");
            });
            provider._app.MapGet("/keys", () => Results.Text($"{{\"keys\":[{string.Join(',', provider.Keys)}]}}", "application/json"));
            await provider._app.StartAsync();
            return provider;
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();
    }

    private sealed class ManualTime : TimeProvider
    {
        internal TimeSpan Shift { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;
    }
}
