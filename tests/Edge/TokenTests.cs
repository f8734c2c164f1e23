using System.Buffers.Text;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace OrleansCalls.Tests.Edge;

/// <summary>Which HS256 tokens the gateway accepts, and what it answers to the others.</summary>
public sealed class TokenTests : IClassFixture<TokenTests.Shared>
{
    private const string Header = """{"alg":"HS256","typ":"JWT"}""";

    private readonly Service _service;

    public TokenTests(Shared shared) => _service = shared.Service;

    /// <summary>The tokens are made when they are used, since they hold times.</summary>
    private static readonly Dictionary<string, Func<string>> Good = new()
    {
        ["plain"] = () => Signed(Claims()),
        ["expired within the skew"] = () => Signed(Claims(seconds: -15)),
        ["not yet valid, within the skew"] = () => Signed(Claims(more: $",\"nbf\":{Now + 15}")),
        ["one audience of several"] = () => Signed(Claims(audience: """["other","orleans-calls"]""")),
        ["unknown key id"] = () => Signed(Claims(), """{"alg":"HS256","kid":"unknown"}"""),
        ["unknown claims"] = () => Signed(Claims(more: ""","a":{"b":[1,null]},"c":null""")),
    };

    private static readonly Dictionary<string, Func<string?>> Bad = new()
    {
        ["no token"] = () => null,
        ["garbage"] = () => "x.y.z",
        ["one part"] = () => "abc",
        ["two parts"] = () => "abc.def",
        ["four parts"] = () => Signed(Claims()) + ".abc",
        ["encrypted"] = () => "a.b.c.d.e",
        ["empty parts"] = () => "..",
        ["header is no JSON"] = () => Signed(Claims(), "alg"),
        ["header without an algorithm"] = () => Signed(Claims(), "{}"),
        ["payload is no JSON"] = () => Signed("{"),
        ["payload is no object"] = () => Signed("[1]"),
        ["alg none"] = () => Sign("""{"alg":"none"}""", Claims(), _ => []),
        ["alg nOnE"] = () => Sign("""{"alg":"nOnE"}""", Claims(), _ => []),
        ["alg none, signed"] = () => Signed(Claims(), """{"alg":"none"}"""),
        ["no signature"] = () => Sign(Header, Claims(), _ => []),
        ["short signature"] = () => Sign(Header, Claims(), _ => [1, 2, 3]),
        ["other key"] = () => Sign(Header, Claims(), data => HMACSHA256.HashData(new byte[32], data)),
        ["other payload"] = () => OtherPayload(Signed(Claims()), Claims(more: ""","roles":["admin"]""")),
        ["expired"] = () => Signed(Claims(seconds: -600)),
        ["not yet valid"] = () => Signed(Claims(more: $",\"nbf\":{Now + 300}")),
        ["without an expiry"] = () => Signed("""{"iss":"orleans-calls","aud":"orleans-calls","sub":"alice"}"""),
        ["other issuer"] = () => Signed(Claims(issuer: "\"somebody-else\"")),
        ["no issuer"] = () => Signed(Claims(issuer: "null")),
        ["other audience"] = () => Signed(Claims(audience: "\"another-service\"")),
        ["audience with quotes and line breaks"] = () => Signed(Claims(audience: """ "a\", x=\"\r\nSet-Cookie: a=b\u00e9" """)),
        ["no audience"] = () => Signed(Claims(audience: "null")),
        ["no subject"] = () => Signed($$"""{"iss":"orleans-calls","aud":"orleans-calls","exp":{{Now + 600}}}"""),
    };

    public static TheoryData<string> GoodNames => [.. Good.Keys];

    public static TheoryData<string> BadNames => [.. Bad.Keys];

    private static byte[] Key => Encoding.UTF8.GetBytes(Service.SigningKey);

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    [Theory]
    [MemberData(nameof(GoodNames))]
    public async Task Token_ThatHolds_IsAccepted(string name)
    {
        var (status, _) = await _service.Send(HttpMethod.Get, "/api/v1/calls?state=open", Good[name]());
        Assert.Equal(200, status);
    }

    [Theory]
    [MemberData(nameof(BadNames))]
    public async Task Token_ThatDoesNotHold_OpensNeitherHubNorRest(string name)
    {
        var token = Bad[name]();
        var (status, body) = await _service.Send(HttpMethod.Get, "/api/v1/calls?state=open", token);
        Assert.Equal((401, "unauthenticated"), (status, (string?)body!["code"]));
        // The answer is the same whatever is wrong: a forged token is not told how far it got.
        if (name != "no subject")
            Assert.Equal("A valid bearer token is needed.", (string?)body["detail"]);
        await Assert.ThrowsAsync<WebSocketException>(() => HubClient.Connect(_service.Address, token, "d1"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("x.y.z")]
    public async Task Challenge_NamesTheScheme_AndNothingOfTheToken(string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/config");
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        using var response = await _service.Http.SendAsync(request);
        Assert.Equal("Bearer", Assert.Single(response.Headers.WwwAuthenticate).Scheme);
        Assert.DoesNotContain("x.y.z", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 403)]
    [InlineData(""","roles":["service","admin"]""", 200)]
    [InlineData(""","roles":"admin" """, 200)]
    [InlineData(""","role":"admin" """, 200)]
    [InlineData(""","roles":["service"]""", 403)]
    [InlineData(""","roles":"adm" """, 403)]
    public async Task Roles_AsListOrText_UnderTheirOwnNames_DecideWhoIsAdmin(string roles, int status) =>
        Assert.Equal(status, (await _service.Send(HttpMethod.Get, "/api/v1/admin/stats", Signed(Claims(more: roles)))).Status);

    [Fact]
    public async Task Hub_StaysAsLongAsItsTokenWouldBeTaken_AndNoLonger()
    {
        await using var service = await Service.Start("Auth:ClockSkewSeconds=60");
        await using var brief = await HubClient.Connect(service.Address, Signed(Claims(seconds: -48)), "brief");
        await using var late = await HubClient.Connect(service.Address, Signed(Claims(seconds: -20)), "late");
        await late.Hears("OpenCalls");
        // Both had expired before they came; by now each connection has been looked at many times.
        await brief.Closed;
        Assert.NotNull(await late.Call("GetOpenCalls"));
    }

    [Fact]
    public async Task Hs512_WithOurKey_IsRefused()
    {
        var key = new string('k', 64);
        await using var service = await Service.Start($"Auth:SigningKey={key}");
        var bytes = Encoding.UTF8.GetBytes(key);
        var hs256 = Sign(Header, Claims(), data => HMACSHA256.HashData(bytes, data));
        var hs512 = Sign("""{"alg":"HS512","typ":"JWT"}""", Claims(), data => HMACSHA512.HashData(bytes, data));
        Assert.Equal(200, (await service.Send(HttpMethod.Get, "/api/v1/calls?state=open", hs256)).Status);
        Assert.Equal(401, (await service.Send(HttpMethod.Get, "/api/v1/calls?state=open", hs512)).Status);
    }

    [Fact]
    public async Task Token_ForAnotherDevice_IsRefused()
    {
        var token = Signed(Claims(more: ""","device_id":"mine" """));
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var client = await HubClient.Connect(_service.Address, token, "not-mine");
            await client.Call("GetOpenCalls");
        });
        await using var own = await HubClient.Connect(_service.Address, token, "mine");
        Assert.NotNull(await own.Call("GetOpenCalls"));
    }

    private static string Claims(
        string issuer = "\"orleans-calls\"", string audience = "\"orleans-calls\"", int seconds = 600, string more = "") =>
        $$"""{"iss":{{issuer}},"aud":{{audience}},"sub":"alice","exp":{{Now + seconds}}{{more}}}""";

    private static string Signed(string payload, string header = Header) =>
        Sign(header, payload, data => HMACSHA256.HashData(Key, data));

    private static string Sign(string header, string payload, Func<byte[], byte[]> sign)
    {
        var data =
            $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}";
        return $"{data}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(data)))}";
    }

    private static string OtherPayload(string token, string payload)
    {
        var parts = token.Split('.');
        return $"{parts[0]}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}.{parts[2]}";
    }

    public sealed class Shared : IAsyncLifetime
    {
        public Service Service { get; private set; } = null!;

        public async Task InitializeAsync() => Service = await Service.Start();

        public async Task DisposeAsync() => await Service.DisposeAsync();
    }
}
