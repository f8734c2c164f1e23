using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace OrleansCalls.Tests.Support;

/// <summary>
/// An OpenID Connect issuer over real sockets, whose one user is signed in already: authorization code, PKCE, ID token.
/// </summary>
public sealed class FakeIssuer : IAsyncDisposable
{
    public const string ClientId = "orleanscalls-admin";
    public const string ClientSecret = "a secret that all gateways share";

    private readonly ConcurrentDictionary<string, (string Challenge, string? Nonce, string Redirect)> _codes = new();
    private readonly RSA _key = RSA.Create(2048);
    private readonly WebApplication _app;

    private FakeIssuer(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    /// <summary>Whoever signs in.</summary>
    public string Subject { get; set; } = "ops-1";

    public string[] Roles { get; set; } = ["admin"];

    /// <summary>Answers nothing but errors.</summary>
    public bool IsAway { get; set; }

    /// <summary>The user says no.</summary>
    public bool IsDenied { get; set; }

    /// <summary>Puts another sign-in's nonce into the ID token.</summary>
    public bool LiesAboutNonce { get; set; }

    /// <summary>Settings of a service that signs operators in here.</summary>
    public string[] Settings =>
        [$"Admin:OidcAuthority={Address}", $"Admin:OidcClientId={ClientId}", $"Admin:OidcClientSecret={ClientSecret}"];

    public static async Task<FakeIssuer> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var issuer = new FakeIssuer(builder.Build());
        issuer._app.Use((context, next) =>
        {
            if (!issuer.IsAway)
                return next(context);
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        });
        issuer._app.MapGet("/.well-known/openid-configuration", () => Results.Json(new
        {
            issuer = issuer.Address, jwks_uri = issuer.Address + "/keys", authorization_endpoint = issuer.Address + "/authorize",
            token_endpoint = issuer.Address + "/token",
        }));
        issuer._app.MapGet("/keys", () => Results.Json(new { keys = new[] { issuer.Jwk() } }));
        issuer._app.MapGet("/authorize", (HttpContext context) => issuer.Authorize(context));
        issuer._app.MapPost("/token", async Task<IResult> (HttpRequest request) => issuer.Token(await request.ReadFormAsync()));
        await issuer._app.StartAsync();
        return issuer;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
    }

    private IResult Authorize(HttpContext context)
    {
        var query = context.Request.Query;
        if (query["client_id"] != ClientId || query["response_type"] != "code" || query["code_challenge_method"] != "S256"
            || query["nonce"].Count != 1)
            return Results.BadRequest();
        var redirect = query["redirect_uri"].ToString();
        if (IsDenied)
            return Results.Redirect(
                QueryHelpers.AddQueryString(
                    redirect, new Dictionary<string, string?> { ["error"] = "access_denied", ["state"] = query["state"] }));
        var code = RandomNumberGenerator.GetHexString(32);
        _codes[code] = (query["code_challenge"]!, query["nonce"], redirect);
        return Results.Redirect(
            QueryHelpers.AddQueryString(
                redirect, new Dictionary<string, string?> { ["code"] = code, ["state"] = query["state"] }));
    }

    // A code is good once, for whoever began with it.
    private IResult Token(IFormCollection form)
    {
        if (!_codes.TryRemove(form["code"].ToString(), out var asked) || form["client_id"] != ClientId
            || form["client_secret"] != ClientSecret
            || form["redirect_uri"] != asked.Redirect
            || Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())))
                != asked.Challenge)
            return Results.Json(new { error = "invalid_grant" }, statusCode: 400);
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Address,
            Audience = ClientId,
            IssuedAt = now,
            NotBefore = now,
            Expires = now.AddMinutes(10),
            Claims = new Dictionary<string, object>
            {
                ["sub"] = Subject, ["name"] = "Olga Ops", ["roles"] = Roles,
                ["nonce"] = LiesAboutNonce ? "another" : asked.Nonce!,
            },
            SigningCredentials = new SigningCredentials(new RsaSecurityKey(_key) { KeyId = "k1" }, SecurityAlgorithms.RsaSha256),
        });
        return Results.Json(new { id_token = token, access_token = "none of yours", token_type = "Bearer", expires_in = 600 });
    }

    private Dictionary<string, string> Jwk()
    {
        var parameters = _key.ExportParameters(false);
        return new()
        {
            ["kty"] = "RSA", ["use"] = "sig", ["kid"] = "k1", ["alg"] = "RS256",
            ["n"] = Base64Url.EncodeToString(parameters.Modulus!), ["e"] = Base64Url.EncodeToString(parameters.Exponent!),
        };
    }
}
