using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansCalls.Tests.Edge;

/// <summary>Tokens of an OpenID Connect issuer (<c>Auth__Authority</c>).</summary>
public sealed class AuthorityTests
{
    [Fact]
    public async Task Authority_ItsTokensAreTaken_OverRestAndHub_AndNoOthers()
    {
        using var rsa = RSA.Create(2048);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var stranger = RSA.Create(2048);
        await using var issuer = await Issuer.Start(Jwk(rsa, "r1"), Jwk(ec, "e1"));
        await using var service = await Start(issuer);

        var good = Rs256(rsa, "r1", Claims(issuer));
        Assert.Equal(200, await Status(service, good));
        Assert.Equal(200, await Status(service, Es256(ec, "e1", Claims(issuer))));
        await using (var client = await HubClient.Connect(service.Address, good, "d1"))
            await client.Hears("OpenCalls");

        string[] bad =
        [
            Rs256(stranger, "r1", Claims(issuer)), Rs256(rsa, "e1", Claims(issuer)),
            Rs256(rsa, "r1", Claims(issuer, audience: "others")),
            Rs256(rsa, "r1", Claims(issuer, address: "https://evil.example")), Service.Token("alice"),
        ];
        foreach (var token in bad)
            Assert.Equal(401, await Status(service, token));
    }

    [Fact]
    public async Task PublicKey_AsHmacSecret_IsRefused()
    {
        using var rsa = RSA.Create(2048);
        await using var issuer = await Issuer.Start(Jwk(rsa, "r1"));
        await using var service = await Start(issuer);
        Assert.Equal(200, await Status(service, Rs256(rsa, "r1", Claims(issuer))));
        byte[][] spellings =
        [
            rsa.ExportSubjectPublicKeyInfo(), rsa.ExportRSAPublicKey(),
            Encoding.ASCII.GetBytes(rsa.ExportSubjectPublicKeyInfoPem()),
            Encoding.ASCII.GetBytes(rsa.ExportSubjectPublicKeyInfoPem() + "\n"), rsa.ExportParameters(false).Modulus!,
        ];
        foreach (var secret in spellings)
            Assert.Equal(
                401, await Status(service, Sign("HS256", "r1", Claims(issuer), data => HMACSHA256.HashData(secret, data))));
    }

    [Fact]
    public async Task NewKey_IsTakenWithoutARestart_AndUnknownKeyIdsDoNotFloodTheIssuer()
    {
        using var old = RSA.Create(2048);
        using var fresh = RSA.Create(2048);
        await using var issuer = await Issuer.Start(Jwk(old, "old"));
        await using var service = await Start(issuer);
        Assert.Equal(200, await Status(service, Rs256(old, "old", Claims(issuer))));

        issuer.Keys = [Jwk(fresh, "new")];
        await Until.Seen(
            () => Status(service, Rs256(fresh, "new", Claims(issuer))), status => status == 200,
            "an accepted token of the new key");
        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => Status(service, Rs256(fresh, $"made-up-{i}", Claims(issuer)))));
        Assert.InRange(issuer.Fetches, 2, 3);
    }

    [Fact]
    public async Task IssuerUnreachable_ItsTokensAreRefused_AndTakenOnceItIsBack()
    {
        using var key = RSA.Create(2048);
        await using var issuer = await Issuer.Start(Jwk(key, "r1"));
        issuer.IsAway = true;
        await using var service = await Start(issuer);
        Assert.InRange(await Status(service, Rs256(key, "r1", Claims(issuer))), 401, 599);
        issuer.IsAway = false;
        await Until.Seen(() => Status(service, Rs256(key, "r1", Claims(issuer))), status => status == 200, "an accepted token");
    }

    [Fact]
    public async Task Authority_OverHttp_IsRefusedOutsideDevelopment()
    {
        var wrong = await Assert.ThrowsAnyAsync<Exception>(() => Service.Start("Auth:Authority=http://127.0.0.1:1"));
        Assert.Contains("Auth__Authority", wrong.Message, StringComparison.Ordinal);
    }

    private static Task<Service> Start(Issuer issuer) =>
        Service.Start("environment=Development", $"Auth:Authority={issuer.Address}", "Auth:Audience=phones");

    private static async Task<int> Status(Service service, string token) =>
        (await service.Send(HttpMethod.Get, "/api/v1/config", token)).Status;

    private static string Claims(Issuer issuer, string audience = "phones", string? address = null) =>
        $$"""{"iss":"{{address ?? issuer.Address}}","aud":"{{audience}}","sub":"alice","exp":{{TimeProvider.System.GetUtcNow().AddMinutes(10).ToUnixTimeSeconds()}}}""";

    private static string Rs256(RSA key, string id, string claims) =>
        Sign("RS256", id, claims, data => key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    private static string Es256(ECDsa key, string id, string claims) =>
        Sign("ES256", id, claims, data => key.SignData(data, HashAlgorithmName.SHA256));

    private static string Sign(string algorithm, string id, string claims, Func<byte[], byte[]> sign)
    {
        var data =
            $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"{{algorithm}}","kid":"{{id}}"}"""))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        return $"{data}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(data)))}";
    }

    private static Dictionary<string, string> Jwk(RSA key, string id)
    {
        var parameters = key.ExportParameters(false);
        return new()
        {
            ["kty"] = "RSA", ["use"] = "sig", ["kid"] = id, ["n"] = Base64Url.EncodeToString(parameters.Modulus!),
            ["e"] = Base64Url.EncodeToString(parameters.Exponent!),
        };
    }

    private static Dictionary<string, string> Jwk(ECDsa key, string id)
    {
        var point = key.ExportParameters(false).Q;
        return new()
        {
            ["kty"] = "EC", ["crv"] = "P-256", ["kid"] = id, ["x"] = Base64Url.EncodeToString(point.X!),
            ["y"] = Base64Url.EncodeToString(point.Y!),
        };
    }

    /// <summary>An OpenID Connect issuer, as far as a resource server reads it.</summary>
    private sealed class Issuer : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private int _fetches;

        private Issuer(WebApplication app) => _app = app;

        internal string Address => _app.Urls.Single();

        internal Dictionary<string, string>[] Keys { get; set; } = [];

        internal bool IsAway { get; set; }

        /// <summary>Requests for the key set.</summary>
        internal int Fetches => _fetches;

        internal static async Task<Issuer> Start(params Dictionary<string, string>[] keys)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var issuer = new Issuer(builder.Build()) { Keys = keys };
            issuer._app.MapGet("/.well-known/openid-configuration", () => issuer.IsAway
                ? Results.StatusCode(503)
                : Results.Json(new { issuer = issuer.Address, jwks_uri = issuer.Address + "/keys" }));
            issuer._app.MapGet("/keys", () =>
            {
                Interlocked.Increment(ref issuer._fetches);
                return Results.Json(new { keys = issuer.Keys });
            });
            await issuer._app.StartAsync();
            return issuer;
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();
    }
}
