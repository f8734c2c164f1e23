using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace OrleansCalls.Tests.Edge;

/// <summary>Whom the gateway lets in: pages of other origins, tokens of an OpenID provider, clients that do not keep up.</summary>
public sealed class TrustTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("https://app.example", "https://app.example")]
    [InlineData("https://evil.example", null)]
    public async Task Origins_ThatAreNamed_MayCallUs(string origin, string? allowed)
    {
        await using var service = await Service.Start("Cors:Origins=https://app.example,https://other.example");
        foreach (var (method, path) in new[] { (HttpMethod.Options, "/api/v1/calls"), (HttpMethod.Get, "/api/v1/config") })
        {
            using var request = new HttpRequestMessage(method, path);
            request.Headers.Add("Origin", origin);
            request.Headers.Add("Access-Control-Request-Method", "POST");
            request.Headers.Add("Access-Control-Request-Headers", "authorization");
            using var response = await service.Http.SendAsync(request);
            Assert.Equal(allowed, response.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values.Single() : null);
        }
    }

    [Fact]
    public async Task Origins_WithoutASetting_AreNone()
    {
        await using var service = await Service.Start();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/config");
        request.Headers.Add("Origin", "https://app.example");
        using var response = await service.Http.SendAsync(request);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Authority_ItsTokensAreTaken_OverRestAndHub_AndNoOthers()
    {
        using var key = RSA.Create(2048);
        using var stranger = RSA.Create(2048);
        await using var provider = await Provider(key);
        var issuer = provider.Urls.Single();
        await using var service = await Service.Start("environment=Development", $"Auth:Authority={issuer}", "Auth:Audience=phones");

        var good = Rs256(key, issuer, "phones");
        Assert.Equal(200, (await service.Send(HttpMethod.Get, "/api/v1/config", good)).Status);
        await using (var client = await HubClient.Connect(service.Address, good, "d1"))
            await client.Hears("OpenCalls");

        string[] bad = [Rs256(stranger, issuer, "phones"), Rs256(key, issuer, "others"), Rs256(key, "https://evil.example", "phones"), Service.Token("alice")];
        foreach (var token in bad)
            Assert.Equal(401, (await service.Send(HttpMethod.Get, "/api/v1/config", token)).Status);
    }

    [Fact]
    public async Task Authority_OverHttp_IsRefusedOutsideDevelopment()
    {
        var wrong = await Assert.ThrowsAnyAsync<Exception>(() => Service.Start("Auth:Authority=http://127.0.0.1:1"));
        Assert.Contains("Auth__Authority", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClientThatDoesNotRead_IsCutOff_OthersAreNot_AndItComesBack()
    {
        await using var service = await Service.Start("Gateway:QueueLength=8");
        var admin = Service.Token("root", null, "admin");
        using var deaf = await RawHub.Connect(service.Address, Service.Token("dan"), "deaf");
        await using var attentive = await service.Connect("dan", "attentive");
        await attentive.Hears("OpenCalls");

        // Until the buffers of both sides are full, and then the queue.
        var payload = new string('x', 60_000);
        using var patience = new CancellationTokenSource(Patience);
        for (var connected = 2; connected > 1;)
        {
            patience.Token.ThrowIfCancellationRequested();
            await service.Send(HttpMethod.Post, "/api/v1/admin/users/dan/notify", admin, new { type = "flood", payload });
            await attentive.Hears("NotificationReceived");
            var (_, user) = await service.Send(HttpMethod.Get, "/api/v1/admin/users/dan", admin);
            connected = user!["connections"]!.AsArray().Count;
        }

        Assert.Contains("overflow", await service.Http.GetStringAsync("/metrics"), StringComparison.Ordinal);
        await using var again = await service.Connect("dan", "deaf");
        await again.Hears("OpenCalls");
    }

    private static string Rs256(RSA key, string issuer, string audience) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = issuer,
        Audience = audience,
        Expires = DateTime.UtcNow.AddMinutes(10),
        Claims = new Dictionary<string, object> { ["sub"] = "alice" },
        SigningCredentials = new SigningCredentials(new RsaSecurityKey(key) { KeyId = "k1" }, SecurityAlgorithms.RsaSha256)
        {
            CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false },
        },
    });

    /// <summary>An OpenID provider, as far as a resource server asks it.</summary>
    private static async Task<WebApplication> Provider(RSA key)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/.well-known/openid-configuration", (HttpRequest request) =>
            Results.Json(new { issuer = $"http://{request.Host}", jwks_uri = $"http://{request.Host}/keys" }));
        var open = key.ExportParameters(false);
        app.MapGet("/keys", () => Results.Json(new
        {
            keys = new[]
            {
                new { kty = "RSA", use = "sig", kid = "k1", n = Base64Url.EncodeToString(open.Modulus), e = Base64Url.EncodeToString(open.Exponent) },
            },
        }));
        await app.StartAsync();
        return app;
    }
}
