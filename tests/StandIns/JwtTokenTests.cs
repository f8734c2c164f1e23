using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

namespace OrleansCalls.StandIns.Tests;

/// <summary>Which tokens are believed.</summary>
public sealed class JwtTokenTests
{
    private static readonly string NoneHeader = Base64Url.EncodeToString("{\"alg\":\"none\"}"u8);

    /// <summary>Name and token; the tokens are made when they are used, since they hold times.</summary>
    private static readonly Dictionary<string, Func<string>> Good = new()
    {
        ["plain"] = () => Jwt.Hs256(Jwt.Claims()),
        ["expired within the skew"] = () => Jwt.Hs256($"{{\"iss\":\"{Jwt.Issuer}\",\"aud\":\"calls\",\"exp\":{Jwt.Now - 20}}}"),
        ["not before within the skew"] = () => Jwt.Hs256(Jwt.Claims($"\"nbf\":{Jwt.Now + 20}")),
        ["time with decimals"] = () => Jwt.Hs256($"{{\"iss\":\"{Jwt.Issuer}\",\"aud\":\"calls\",\"exp\":{Jwt.Now + 600}.5}}"),
        ["several audiences"] = () => Jwt.Hs256($"{{\"iss\":\"{Jwt.Issuer}\",\"aud\":[\"other\",\"calls\"],\"exp\":{Jwt.Now + 600}}}"),
        ["audience with a slash"] = () => Jwt.Hs256($"{{\"iss\":\"{Jwt.Issuer}\",\"aud\":\"calls/\",\"exp\":{Jwt.Now + 600}}}"),
        ["kid that nobody knows, key that fits"] = () => Jwt.Hs256(Jwt.Claims(), "{\"alg\":\"HS256\",\"kid\":\"?\"}"),
        ["members nobody knows"] = () => Jwt.Hs256(Jwt.Claims("\"a\":{\"b\":[1,null]},\"c\":null"), "{\"alg\":\"HS256\",\"x\":1}"),
    };

    /// <summary>Name, token, and what the challenge says about it.</summary>
    private static readonly Dictionary<string, (Func<string> Token, string Words)> Bad = new()
    {
        ["alg none"] = (() => $"{NoneHeader}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Jwt.Claims()))}.", "invalid_token"),
        ["alg nOnE"] = (() => Jwt.Sign("{\"alg\":\"nOnE\"}", Encoding.UTF8.GetBytes(Jwt.Claims()), _ => []), "invalid_token"),
        ["alg none, signed"] = (() => Jwt.Hs256(Jwt.Claims(), "{\"alg\":\"none\"}"), "invalid_token"),
        ["no signature"] = (() => Jwt.Sign("{\"alg\":\"HS256\"}", Encoding.UTF8.GetBytes(Jwt.Claims()), _ => []), "invalid_token"),
        ["short signature"] = (() => Jwt.Sign("{\"alg\":\"HS256\"}", Encoding.UTF8.GetBytes(Jwt.Claims()), _ => [1, 2, 3]), "invalid_token"),
        ["another key"] = (() => Jwt.Hs256(Jwt.Claims(), key: new byte[32]), "The signature key was not found"),
        ["another payload"] = (() => OtherPayload(Jwt.Hs256(Jwt.Claims()), Jwt.Claims("\"sub\":\"admin\"")), "invalid_token"),
        ["algorithm not allowed"] = (() => Jwt.Sign(
            "{\"alg\":\"HS512\"}", Encoding.UTF8.GetBytes(Jwt.Claims()), data => HMACSHA512.HashData(Jwt.Key, data)), "invalid_token"),
        ["expired"] = (() => Jwt.Hs256($"{{\"iss\":\"{Jwt.Issuer}\",\"aud\":\"calls\",\"exp\":{Jwt.Now - 600}}}"), "The token expired at"),
        ["not yet"] = (() => Jwt.Hs256(Jwt.Claims($"\"nbf\":{Jwt.Now + 300}")), "The token is not valid before"),
        ["never expires"] = (() => Jwt.Hs256($"{{\"iss\":\"{Jwt.Issuer}\",\"aud\":\"calls\"}}"), "The token has no expiration"),
        ["ends before it begins"] = (() => Jwt.Hs256(Jwt.Claims($"\"nbf\":{Jwt.Now + 6000}")), "The token lifetime is invalid"),
        ["another issuer"] = (() => Jwt.Hs256($"{{\"iss\":\"https://evil.example\",\"aud\":\"calls\",\"exp\":{Jwt.Now + 600}}}"), "The issuer 'https://evil.example' is invalid"),
        ["no issuer"] = (() => Jwt.Hs256($"{{\"aud\":\"calls\",\"exp\":{Jwt.Now + 600}}}"), "The issuer '"),
        ["another audience"] = (() => Jwt.Hs256($"{{\"iss\":\"{Jwt.Issuer}\",\"aud\":\"other\",\"exp\":{Jwt.Now + 600}}}"), "The audience 'other' is invalid"),
        ["no audience"] = (() => Jwt.Hs256($"{{\"iss\":\"{Jwt.Issuer}\",\"exp\":{Jwt.Now + 600}}}"), "The audience '"),
        ["not a token"] = (() => "abc", "invalid_token"),
        ["two parts"] = (() => "abc.def", "invalid_token"),
        ["four parts"] = (() => Jwt.Hs256(Jwt.Claims()) + ".abc", "invalid_token"),
        ["encrypted"] = (() => "a.b.c.d.e", "invalid_token"),
        ["empty parts"] = (() => "..", "invalid_token"),
        ["payload is no object"] = (() => Jwt.Hs256("[1]"), "invalid_token"),
        ["payload is no JSON"] = (() => Jwt.Hs256("{"), "invalid_token"),
        ["header is no JSON"] = (() => Jwt.Hs256(Jwt.Claims(), "alg"), "invalid_token"),
        ["no algorithm"] = (() => Jwt.Hs256(Jwt.Claims(), "{}"), "invalid_token"),
        ["other base64"] = (() => Jwt.Hs256(Jwt.Claims("\"x\":\"\u00ff\u00fe\u00ff\"")).Replace('-', '+').Replace('_', '/') + "+", "invalid_token"),
    };

    /// <summary>Where the stand-in is stricter than the package.</summary>
    private static readonly Dictionary<string, Func<string>> Strict = new()
    {
        ["padding"] = () => Jwt.Hs256(Jwt.Claims()) + "=",
        ["a blank"] = () => Jwt.Hs256(Jwt.Claims()).Insert(20, " "),
        ["second spelling of the same bytes"] = () => OtherLastCharacter(Jwt.Hs256(Jwt.Claims())),
        ["a claim twice"] = () => Jwt.Hs256(Jwt.Claims("\"sub\":\"alice\",\"sub\":\"admin\"")),
        ["algorithm twice"] = () => Jwt.Hs256(Jwt.Claims(), "{\"alg\":\"none\",\"alg\":\"HS256\"}"),
        ["critical extension"] = () => Jwt.Hs256(Jwt.Claims(), "{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":false}"),
        ["time as text"] = () => Jwt.Hs256($"{{\"iss\":\"{Jwt.Issuer}\",\"aud\":\"calls\",\"exp\":\"{Jwt.Now + 600}\"}}"),
        ["issuer as a number"] = () => Jwt.Hs256($"{{\"iss\":1,\"aud\":\"calls\",\"exp\":{Jwt.Now + 600}}}"),
        ["audience within a list"] = () => Jwt.Hs256($"{{\"iss\":\"{Jwt.Issuer}\",\"aud\":[[\"calls\"]],\"exp\":{Jwt.Now + 600}}}"),
        ["not UTF-8"] = () => Jwt.Sign("{\"alg\":\"HS256\"}", [.. Encoding.UTF8.GetBytes(Jwt.Claims()[..^2]), 0xFF, (byte)'"', (byte)'}'],
            data => HMACSHA256.HashData(Jwt.Key, data)),
        ["half a surrogate pair"] = () => Jwt.Hs256(Jwt.Claims("\"sub\":\"\\ud800\"")),
        ["too deep"] = () => Jwt.Hs256(Jwt.Claims($"\"x\":{new string('[', 40)}{new string(']', 40)}")),
        ["too long"] = () => Jwt.Hs256(Jwt.Claims($"\"x\":\"{new string('x', 40_000)}\"")),
    };

    public static TheoryData<string> GoodNames => [.. Good.Keys];

    public static TheoryData<string> BadNames => [.. Bad.Keys];

    public static TheoryData<string> StrictNames => [.. Strict.Keys];

    [Theory]
    [MemberData(nameof(GoodNames))]
    public async Task GoodToken_IsBelieved(string name)
    {
        await using var app = await TokenApp.Start();
        Assert.Equal(HttpStatusCode.OK, (await app.Ask(Good[name]())).Status);
    }

    [Theory]
    [MemberData(nameof(BadNames))]
    public async Task BadToken_IsRefusedAndToldWhy(string name)
    {
        await using var app = await TokenApp.Start();
        var answer = await app.Ask(Bad[name].Token());
        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.StartsWith("Bearer error=\"invalid_token\"", answer.Challenge, StringComparison.Ordinal);
        Assert.Contains(Bad[name].Words, answer.Challenge, StringComparison.Ordinal);
    }

    [StandInTheory]
    [MemberData(nameof(StrictNames))]
    public async Task SloppyToken_IsRefused(string name)
    {
        await using var app = await TokenApp.Start();
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.Ask(Strict[name]())).Status);
    }

    /// <summary>
    /// A public key is known to everybody: it must never be taken for a shared secret, whatever the token says.
    /// </summary>
    [Fact]
    public async Task PublicKey_AsSharedSecret_IsRefused()
    {
        using var rsa = RSA.Create(2048);
        await using var app = await TokenApp.Start(options =>
        {
            options.TokenValidationParameters.IssuerSigningKey = new RsaSecurityKey(rsa.ExportParameters(false));
            options.TokenValidationParameters.ValidAlgorithms = null;
        });
        Assert.Equal(HttpStatusCode.OK, (await app.Ask(Jwt.Rs256(Jwt.Claims(), rsa, "k"))).Status);
        byte[][] spellings =
        [
            rsa.ExportSubjectPublicKeyInfo(), rsa.ExportRSAPublicKey(), Encoding.ASCII.GetBytes(rsa.ExportSubjectPublicKeyInfoPem()),
            Encoding.ASCII.GetBytes(rsa.ExportSubjectPublicKeyInfoPem() + "\n"), rsa.ExportParameters(false).Modulus!,
        ];
        foreach (var spelling in spellings)
            Assert.Equal(HttpStatusCode.Unauthorized, (await app.Ask(Jwt.Hs256(Jwt.Claims(), key: spelling))).Status);
    }

    [StandInFact]
    public async Task QuotesAndLines_InAnAudience_AreNotRepeated()
    {
        await using var app = await TokenApp.Start();
        var answer = await app.Ask(Jwt.Hs256($"{{\"iss\":\"{Jwt.Issuer}\",\"aud\":\"a\\\", x=\\\"\\r\\nSet-Cookie: a=b\\u00e9\",\"exp\":{Jwt.Now + 600}}}"));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.Contains("'a?, x=???Set-Cookie: a=b?'", answer.Challenge, StringComparison.Ordinal);
    }

    [StandInFact]
    public async Task ShortKey_ProvesNothing()
    {
        var key = "short"u8.ToArray();
        await using var app = await TokenApp.Start(
            options => options.TokenValidationParameters.IssuerSigningKey = new SymmetricSecurityKey(key));
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.Ask(Jwt.Hs256(Jwt.Claims(), key: key))).Status);
    }

    [StandInFact]
    public void UnsignedTokens_CannotBeAllowed() =>
        Assert.Throws<NotSupportedException>(() => new JwtBearerOptions().TokenValidationParameters.RequireSignedTokens = false);

    private static string OtherPayload(string token, string payload)
    {
        var parts = token.Split('.');
        return $"{parts[0]}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}.{parts[2]}";
    }

    /// <summary>The last character of 32 bytes in base64url has two bits that say nothing.</summary>
    private static string OtherLastCharacter(string token)
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return token[..^1] + alphabet[alphabet.IndexOf(token[^1], StringComparison.Ordinal) + 1];
    }
}
