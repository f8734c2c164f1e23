using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace OrleansCalls.StandIns.Tests;

/// <summary>A server that says who asks.</summary>
internal sealed class TokenApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client;

    private TokenApp(WebApplication app)
    {
        _app = app;
        _client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    /// <summary>One that believes HS256 tokens of our issuer, unless told otherwise.</summary>
    internal static async Task<TokenApp> Start(Action<JwtBearerOptions>? configure = null, TimeProvider? time = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestHeadersTotalSize = 1024 * 1024);
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddAuthorization();
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
        {
            options.MapInboundClaims = false;
            options.TokenValidationParameters = new TokenValidationParameters
            {
                ValidIssuer = Jwt.Issuer,
                ValidAudience = Jwt.Audience,
                IssuerSigningKey = new SymmetricSecurityKey(Jwt.Key),
                ClockSkew = TimeSpan.FromSeconds(60),
                NameClaimType = "name",
                RoleClaimType = "roles",
                ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            };
            configure?.Invoke(options);
        });
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/who", (HttpContext context) => new
        {
            name = context.User.Identity!.Name,
            type = context.User.Identity.AuthenticationType,
            isAdmin = context.User.IsInRole("admin"),
            claims = context.User.Claims.Select(claim => $"{claim.Type}={claim.Value}").ToArray(),
            expires = context.Features.Get<IAuthenticateResultFeature>()!.AuthenticateResult!.Properties!.ExpiresUtc,
        }).RequireAuthorization();
        app.MapGet("/admin", () => "yes").RequireAuthorization(policy => policy.RequireRole("admin"));
        await app.StartAsync();
        return new TokenApp(app);
    }

    internal async Task<Answer> Ask(string? token, string path = "/who")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        using var response = await _client.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        return new Answer(
            response.StatusCode, response.Headers.WwwAuthenticate,
            response.StatusCode == HttpStatusCode.OK && body.StartsWith('{') ? JsonDocument.Parse(body).RootElement : default);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }
}

/// <summary>What the server said.</summary>
internal sealed record Answer(HttpStatusCode Status, HttpHeaderValueCollection<AuthenticationHeaderValue> Challenges, JsonElement Body)
{
    internal string Challenge => Challenges.ToString();

    internal string[] Claims => [.. Body.GetProperty("claims").EnumerateArray().Select(claim => claim.GetString()!)];
}
