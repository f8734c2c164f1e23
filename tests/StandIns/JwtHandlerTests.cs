using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

namespace OrleansCalls.StandIns.Tests;

/// <summary>What becomes of a request with a token, and of one without.</summary>
public sealed class JwtHandlerTests
{
    [Fact]
    public async Task NoToken_PlainChallenge()
    {
        await using var app = await TokenApp.Start();
        var answer = await app.Ask(null);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.Equal("Bearer", answer.Challenge);
        Assert.Equal("Bearer", (await app.Ask("")).Challenge);
    }

    [Fact]
    public async Task Claims_ListsBecomeSeveral_NamesAreTheTokensOwn()
    {
        await using var app = await TokenApp.Start();
        var answer = await app.Ask(Jwt.Hs256(Jwt.Claims("\"sub\":\"@a:b\",\"name\":\"Ann\",\"roles\":[\"service\",\"admin\"],\"n\":7,\"t\":true")));
        Assert.Equal("Ann", answer.Body.GetProperty("name").GetString());
        Assert.True(answer.Body.GetProperty("isAdmin").GetBoolean());
        Assert.Equal("AuthenticationTypes.Federation", answer.Body.GetProperty("type").GetString());
        Assert.Superset(new HashSet<string> { "sub=@a:b", "roles=service", "roles=admin", "n=7", "t=true" }, answer.Claims.ToHashSet());
    }

    [Fact]
    public async Task Claims_Mapped_GetTheirLongNames()
    {
        await using var app = await TokenApp.Start(options => options.MapInboundClaims = true);
        var answer = await app.Ask(Jwt.Hs256(Jwt.Claims("\"sub\":\"alice\",\"role\":\"admin\",\"email\":\"a@b.c\",\"name\":\"Ann\"")));
        Assert.Superset(
            new HashSet<string> { $"{ClaimTypes.NameIdentifier}=alice", $"{ClaimTypes.Role}=admin", $"{ClaimTypes.Email}=a@b.c", "name=Ann" },
            answer.Claims.ToHashSet());
    }

    /// <summary>SignalR closes a socket at this time.</summary>
    [Fact]
    public async Task Expiry_IsInTheProperties()
    {
        await using var app = await TokenApp.Start();
        var expires = Jwt.Now + 600;
        var answer = await app.Ask(Jwt.Hs256($"{{\"iss\":\"{Jwt.Issuer}\",\"aud\":\"calls\",\"exp\":{expires}}}"));
        Assert.Equal(expires, answer.Body.GetProperty("expires").GetDateTimeOffset().ToUnixTimeSeconds());
    }

    [Fact]
    public async Task MessageReceived_MayGiveTheToken()
    {
        await using var app = await TokenApp.Start(options => options.Events = new JwtBearerEvents
        {
            OnMessageReceived = context =>
            {
                context.Token = context.Request.Query["access_token"];
                return Task.CompletedTask;
            },
        });
        Assert.Equal(HttpStatusCode.OK, (await app.Ask(null, "/who?access_token=" + Jwt.Hs256(Jwt.Claims()))).Status);
        Assert.Equal(HttpStatusCode.OK, (await app.Ask(Jwt.Hs256(Jwt.Claims()))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.Ask(null, "/who?access_token=x")).Status);
    }

    [Fact]
    public async Task TokenValidated_MayRefuse()
    {
        await using var app = await TokenApp.Start(options => options.Events = new JwtBearerEvents
        {
            OnTokenValidated = context =>
            {
                Assert.Equal(Jwt.Issuer, context.SecurityToken.Issuer);
                if (context.Principal!.FindFirstValue("sub") != "alice")
                    context.Fail("not alice");
                return Task.CompletedTask;
            },
        });
        Assert.Equal(HttpStatusCode.OK, (await app.Ask(Jwt.Hs256(Jwt.Claims()))).Status);
        var refused = await app.Ask(Jwt.Hs256(Jwt.Claims("\"sub\":\"bob\"")));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
        Assert.Equal("Bearer error=\"invalid_token\"", refused.Challenge);
    }

    [Fact]
    public async Task AuthenticationFailed_HearsWhy_ChallengeMayBeWrittenByTheApplication()
    {
        Exception? heard = null;
        await using var app = await TokenApp.Start(options => options.Events = new JwtBearerEvents
        {
            OnAuthenticationFailed = context =>
            {
                heard = context.Exception;
                return Task.CompletedTask;
            },
            OnChallenge = context =>
            {
                Assert.Same(heard, context.AuthenticateFailure);
                context.HandleResponse();
                context.Response.StatusCode = StatusCodes.Status418;
                return Task.CompletedTask;
            },
        });
        var expired = Jwt.Hs256($"{{\"iss\":\"{Jwt.Issuer}\",\"aud\":\"calls\",\"exp\":{Jwt.Now - 600}}}");
        Assert.Equal((HttpStatusCode)StatusCodes.Status418, (await app.Ask(expired)).Status);
        Assert.IsType<SecurityTokenExpiredException>(heard);
    }

    [Fact]
    public async Task KnownButNotAllowed_IsForbidden()
    {
        await using var app = await TokenApp.Start();
        Assert.Equal(HttpStatusCode.Forbidden, (await app.Ask(Jwt.Hs256(Jwt.Claims()), "/admin")).Status);
        Assert.Equal(HttpStatusCode.OK, (await app.Ask(Jwt.Hs256(Jwt.Claims("\"roles\":\"admin\"")), "/admin")).Status);
    }

    [Fact]
    public async Task Details_MayBeLeftOut()
    {
        await using var app = await TokenApp.Start(options => options.IncludeErrorDetails = false);
        Assert.Equal("Bearer", (await app.Ask(Jwt.Hs256(Jwt.Claims(), key: new byte[32]))).Challenge);
    }

    private static class StatusCodes
    {
        internal const int Status418 = 418;
    }
}
