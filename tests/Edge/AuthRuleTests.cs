using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.IdentityModel.JsonWebTokens;
using OrleansCalls.Gateway.Auth;
using OrleansCalls.Gateway.Calls;
using OrleansCalls.Silo.Settings;

namespace OrleansCalls.Tests.Edge;

/// <summary>
/// Whose tokens are taken and what they say, as rules without a socket; stryker-config.json changes the code under them.
/// </summary>
public sealed class AuthRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly string Key32 = new('k', 32);

    [Theory]
    [InlineData("alice", true), InlineData("@user2:localhost", true), InlineData("a b", true), InlineData("é", true)]
    [InlineData(null, false), InlineData("", false), InlineData(" \u2003", false), InlineData("a\nb", false),
        InlineData("a\u007f", false)]
    public void UserId_IsTextWithoutControls(string? sub, bool holds) => AssertUserId(sub, holds);

    [Theory, InlineData(128, true), InlineData(129, false)]
    public void UserId_Has128CharactersAtMost(int length, bool holds) => AssertUserId(new string('u', length), holds);

    [Theory]
    [InlineData(null, null, null), InlineData(null, "", null), InlineData("", "mine", "mine"), InlineData(null, "mine", "mine")]
    [InlineData("bound", null, "bound"), InlineData("bound", "", "bound"), InlineData("bound", "bound", "bound")]
    public void Device_IsTheTokens_ElseTheOneThatIsSaid(string? bound, string? said, string? device) =>
        Assert.Equal(device, Of(("device_id", bound)).DeviceId(said));

    [Theory]
    [InlineData("bound", "other", CallErrorCode.Forbidden), InlineData("bound", "BOUND", CallErrorCode.Forbidden)]
    [InlineData(null, "no\nid", CallErrorCode.InvalidArgument), InlineData("no\nid", null, CallErrorCode.InvalidArgument)]
    public void Device_OfAnotherToken_OrThatIsNone_IsRefused(string? bound, string? said, CallErrorCode code) =>
        Assert.Equal(code, Assert.Throws<CallException>(() => Of(("device_id", bound)).DeviceId(said)).Error.Code);

    [Theory]
    [InlineData("roles", "admin", true), InlineData("role", "admin", true)]
    [InlineData("roles", "Admin", false), InlineData("roles", "admin ", false), InlineData("groups", "admin", false)]
    [InlineData("roles", "service", false)]
    public void Role_IsInRolesOrRole_LetterByLetter(string claim, string value, bool has) =>
        Assert.Equal(has, Of((claim, value)).HasRole(Principals.Admin));

    /// <summary>Whatever an issuer's token claims: only the service's own are good for one call.</summary>
    [Fact]
    public void OnlyCall_IsThatOfActionTokens()
    {
        Assert.Null(Of(("sub", "bob"), ("call_id", "c")).OnlyCall());
        Assert.Equal("c", Of("ActionToken", ("call_id", "c")).OnlyCall());
        // Good for no call at all, rather than for all.
        Assert.Equal("", Of("ActionToken", ("sub", "bob")).OnlyCall());
    }

    [Fact]
    public void DisplayName_IsCleaned()
    {
        Assert.Equal("Alice", Of(("name", "Al\u202eice\n")).DisplayName());
        Assert.Null(Of(("sub", "alice")).DisplayName());
    }

    [Fact]
    public void Options_WithoutSettings_AreThoseOfTheTable()
    {
        var options = Read(developmentKey: null, ("Auth:SigningKey", Key32));
        Assert.Equal(Encoding.UTF8.GetBytes(Key32), options.SigningKey);
        Assert.Equal(
            ("orleans-calls", "orleans-calls", (string?)null, TimeSpan.FromSeconds(30)),
            (options.Issuer, options.Audience, options.Authority, options.ClockSkew));
    }

    [Fact]
    public void Options_OfAnIssuer_TakeItsName_AndNeedNoKey()
    {
        var options = Read(developmentKey: null, ("Auth:Authority", "https://id.example"), ("Auth:Audience", "calls"));
        Assert.Equal(("https://id.example", (string?)null, "calls"), (options.Authority, options.Issuer, options.Audience));
        Assert.Null(options.SigningKey);
        Assert.Equal(
            "other", Read(developmentKey: null, ("Auth:Authority", "https://id.example"), ("Auth:Issuer", "other")).Issuer);
    }

    [Fact]
    public void DevelopmentKey_IsMadeOnlyWhereNoneIsSet()
    {
        Assert.Equal([7], Read(() => [7]).SigningKey!);
        Assert.Equal(
            Encoding.UTF8.GetBytes(Key32),
            Read(() => throw new InvalidOperationException(), ("Auth:SigningKey", Key32)).SigningKey);
        Assert.Equal("http://id", Read(() => [7], ("Auth:Authority", "http://id")).Authority);
    }

    [Theory]
    [InlineData("Auth:SigningKey", "0123456789012345678901234567890", "Auth__SigningKey must have at least 32 bytes")]
    [InlineData("Auth:Authority", "http://id", "Auth__Authority must be an https address")]
    [InlineData("Auth:Authority", "nonsense", "Auth__Authority must be an https address")]
    [InlineData("Auth:Audience", "a", "Auth__SigningKey or Auth__Authority must be set")]
    public void Options_ThatAreWrong_AreNamed(string name, string value, string sentence)
    {
        var refused = Assert.Throws<SettingException>(() => Read(developmentKey: null, (name, value)));
        Assert.Contains(sentence, Assert.Single(refused.Sentences), StringComparison.Ordinal);
    }

    /// <summary>A connection stays for as long as its token would open another.</summary>
    [Fact]
    public void Token_IsGoodUntilTheSkewIsOver()
    {
        var options = Read(developmentKey: null, ("Auth:SigningKey", Key32), ("Auth:ClockSkewSeconds", "60"));
        Assert.Equal(Now.AddSeconds(60), options.GoodUntil(Now));
        Assert.Equal(DateTimeOffset.MaxValue, options.GoodUntil(DateTimeOffset.MaxValue.AddSeconds(-60)));
        Assert.Equal(DateTimeOffset.MaxValue, options.GoodUntil(DateTimeOffset.MaxValue));
        var tooMuch = Assert.Throws<SettingException>(
            () => Read(developmentKey: null, ("Auth:SigningKey", Key32), ("Auth:ClockSkewSeconds", "301")));
        Assert.Contains("Auth__ClockSkewSeconds", tooMuch.Message, StringComparison.Ordinal);
        var reader = new TokenReader(null!, options);
        Assert.Equal(Now.AddSeconds(60), reader.GoodUntil(Of(("exp", $"{Now.ToUnixTimeSeconds()}"))));
        var last = DateTimeOffset.MaxValue.ToUnixTimeSeconds();
        foreach (var none in new[] { null, "", "-1", "1.5", "tomorrow", "99999999999999999", $"{last + 1}" })
            Assert.Null(reader.GoodUntil(Of(("exp", none))));
        Assert.Equal(DateTimeOffset.MaxValue, reader.GoodUntil(Of(("exp", $"{last}"))));
    }

    [Theory]
    [InlineData("Bearer abc", "abc"), InlineData("bearer  abc ", "abc"), InlineData("Bearer ", "")]
    [InlineData("Basic abc", null), InlineData("abc", null), InlineData("", null)]
    public void Bearer_IsWhatFollowsTheScheme(string header, string? token)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Authorization = header;
        Assert.Equal(token, TokenReader.Bearer(context.Request));
    }

    /// <summary>The program's own tokens hold what they were asked to, and nothing besides.</summary>
    [Fact]
    public void Signed_SaysWhoseItIs_AndForHowLong()
    {
        var tokens = new Tokens(
            Read(developmentKey: null, ("Auth:SigningKey", Key32), ("Auth:Audience", "calls")), new TestTime(Now));
        var (text, expiresAt) = tokens.Sign("alice", "Alice", "d1", ["admin", "service"], TimeSpan.FromMinutes(5));
        var token = new JsonWebToken(text);
        Assert.Equal((Now.AddMinutes(5), "HS256", "orleans-calls", "alice"), (expiresAt, token.Alg, token.Issuer, token.Subject));
        Assert.Equal(["calls"], token.Audiences);
        Assert.Equal(
            (Now.UtcDateTime, Now.UtcDateTime, Now.AddMinutes(5).UtcDateTime), (token.IssuedAt, token.ValidFrom, token.ValidTo));
        Assert.Equal(["admin", "service"], token.Claims.Where(claim => claim.Type == "roles").Select(claim => claim.Value));
        Assert.Equal(("Alice", "d1"), (token.GetClaim("name").Value, token.GetClaim("device_id").Value));

        var plain = new JsonWebToken(tokens.ForDevelopment("bob", null, null, []).Token);
        Assert.Equal(
            ["aud", "exp", "iat", "iss", "nbf", "sub"], plain.Claims.Select(claim => claim.Type).Order(StringComparer.Ordinal));
        Assert.Equal(Now.AddHours(12).UtcDateTime, plain.ValidTo);
    }

    private static void AssertUserId(string? sub, bool holds)
    {
        var principal = Of(("sub", sub));
        if (holds)
            Assert.Equal(sub, principal.UserId());
        else
            Assert.Equal(CallErrorCode.Unauthenticated, Assert.Throws<CallException>(() => principal.UserId()).Error.Code);
    }

    private static ClaimsPrincipal Of(params (string Type, string? Value)[] claims) => Of("Bearer", claims);

    private static ClaimsPrincipal Of(string scheme, params (string Type, string? Value)[] claims) => new(new ClaimsIdentity(
        claims.Where(claim => claim.Value is not null).Select(claim => new Claim(claim.Type, claim.Value!)),
        scheme, "name", "roles"));

    private static AuthOptions Read(Func<byte[]>? developmentKey, params (string Name, string Value)[] settings)
    {
        var values = settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value);
        return SettingsReader.Read(
            new ConfigurationBuilder().AddInMemoryCollection(values).Build(), reader => AuthOptions.Read(reader, developmentKey));
    }
}
