using System.Net.WebSockets;
using System.Text.Json.Nodes;

namespace OrleansCalls.Tests.Hostile;

/// <summary>Tokens that are none, over every door: REST, the hub's negotiation and socket, Socket.IO and plain sockets.</summary>
[Collection(OneProgram.Name)]
public sealed class TokenTests(Shared shared)
{
    private static long In(int seconds) => TimeProvider.System.GetUtcNow().AddSeconds(seconds).ToUnixTimeSeconds();

    private static readonly Dictionary<string, Func<string?>> Bad = new()
    {
        ["none"] = () => null,
        ["empty"] = () => "",
        ["no JWT"] = () => "x",
        ["dots"] = () => "..",
        ["alg none"] = () => Unsigned("""{"alg":"none"}"""),
        ["alg None"] = () => Unsigned("""{"alg":"None","typ":"JWT"}"""),
        ["no alg"] = () => Tokens.Sign(Tokens.Claims("eve"), """{"typ":"JWT"}"""),
        ["RS256 with the HMAC"] = () => Tokens.Sign(Tokens.Claims("eve"), """{"alg":"RS256"}"""),
        ["another key"] = () => Tokens.Sign(Tokens.Claims("eve"), key: "another key that is long enough for HS256"),
        ["kid of a file, another key"] =
            () => Tokens.Sign(Tokens.Claims("eve"), """{"alg":"HS256","kid":"../../../../dev/null"}""", "\0"),
        ["kid of SQL, another key"] =
            () => Tokens.Sign(Tokens.Claims("eve"), """{"alg":"HS256","kid":"' UNION SELECT 'k' --"}""", "k"),
        ["jku"] = () => Tokens.Sign(Tokens.Claims("eve"), """{"alg":"HS256","jku":"http://127.0.0.1:1/keys"}""", "k"),
        ["jwk"] = () => Tokens.Sign(Tokens.Claims("eve"), """{"alg":"HS256","jwk":{"kty":"oct","k":"aw"}}""", "k"),
        ["unknown crit"] = () => Tokens.Sign(Tokens.Claims("eve"), """{"alg":"HS256","crit":["exp"]}""", "k"),
        ["wrong issuer"] = () => Tokens.Sign(Tokens.With("eve", ("iss", "evil"))),
        ["no issuer"] = () => Tokens.Sign(Tokens.With("eve", ("iss", null))),
        ["wrong audience"] = () => Tokens.Sign(Tokens.With("eve", ("aud", "others"))),
        ["no audience"] = () => Tokens.Sign(Tokens.With("eve", ("aud", null))),
        ["expired"] = () => Tokens.Sign(Tokens.With("eve", ("exp", In(-100)))),
        ["no expiry"] = () => Tokens.Sign(Tokens.With("eve", ("exp", null))),
        ["text as expiry"] = () => Tokens.Sign(Tokens.With("eve", ("exp", "tomorrow"))),
        ["not yet"] = () => Tokens.Sign(Tokens.With("eve", ("nbf", In(300)))),
        ["no subject"] = () => Tokens.Sign(Tokens.With("eve", ("sub", null))),
        ["subject of spaces"] = () => Tokens.Sign(Tokens.Claims("   ")),
        ["subject with a line break"] = () => Tokens.Sign(Tokens.Claims("eve\r\nSet-Cookie: a")),
        ["subject that is too long"] = () => Tokens.Sign(Tokens.Claims(new string('e', 129))),
        ["altered claims"] = () => Altered(1),
        ["altered signature"] = () => Altered(2),
        ["action token"] = () => $"act1.k.{Tokens.Base64("c\neve\nd\n9999999999")}.AAAA",
        ["action token of parts"] = () => "act1....",
        ["action token, long"] = () => "act1." + new string('a', 4_000),
    };

    public static TheoryData<string> Names => [.. Bad.Keys];

    [Theory, MemberData(nameof(Names))]
    public async Task TokenThatIsNone_OpensNothing(string name)
    {
        var token = Bad[name]();
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Get, "/api/v1/calls"), (HttpMethod.Get, "/api/v1/calls/c"),
            (HttpMethod.Get, "/api/v1/users/alice/presence"),
            (HttpMethod.Get, "/api/v1/admin/stats"), (HttpMethod.Post, "/hubs/calls/negotiate?negotiateVersion=1"),
        })
        {
            var (status, body) = await shared.Send(method, path, token);
            // The issuer's own token of a user id that is none is no operator's before anybody reads the id.
            var expected = path.Contains("/admin", StringComparison.Ordinal) && status == 403
                ? (403, "forbidden")
                : (401, "unauthenticated");
            Assert.Equal(expected, (status, (string?)body?["code"]));
        }

        var query = Uri.EscapeDataString(token ?? "");
        Assert.Equal(401, await Upgrade($"/hubs/calls?access_token={query}"));
        Assert.Equal(401, await Upgrade($"/ws/notifications/?token={query}"));
        await using var io = await EngineClient.Open(shared.Program.Address);
        await io.Send($"40{{\"token\":{System.Text.Json.JsonSerializer.Serialize(token)}}}");
        Assert.StartsWith("44{", await io.Next(), StringComparison.Ordinal);
    }

    /// <summary>Far more than any token needs, by every way in: refused by its length, and in no log.</summary>
    [Fact]
    public async Task TokenOf20Kilobytes_IsRefusedUnread()
    {
        var token = Tokens.Sign(Tokens.With("large", ("x", new string('x', 15 * 1024))));
        Assert.InRange(token.Length, 20 * 1024, 21 * 1024);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/calls")
        {
            Headers = { Authorization = new("Bearer", token) },
        };
        Assert.Equal(431, (int)(await shared.Program.Http.SendAsync(request)).StatusCode);
        Assert.Equal(414, await Upgrade($"/hubs/calls?access_token={token}"));
        Assert.Equal(414, await Upgrade($"/ws/notifications/?token={token}"));
        await using var io = await EngineClient.Open(shared.Program.Address);
        Assert.Equal(413, (int)await io.Send($$"""40{"token":"{{token}}"}"""));
        using var room = await RawSocket.Open(shared.Program.Address, "ws");
        await room.Send($$"""{"type":"register","token":"{{token}}"}""");
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, (await room.Farewell()).Status);
        await shared.AssertWorks();
        Assert.DoesNotContain(shared.Program.Log, line => line.Contains(token[^200..], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"admin\"")]
    [InlineData("[\"ADMIN\"]")]
    [InlineData("[\"admin \"]")]
    [InlineData("[[\"admin\"]]")]
    [InlineData("{\"admin\":true}")]
    [InlineData("true")]
    [InlineData("1")]
    [InlineData("\"user,admin\"")]
    [InlineData("[\"admin\\u0000\"]")]
    public async Task RoleOfAnotherShape_IsNone_ButTheText(string roles)
    {
        var token = Tokens.Sign(
            Tokens.With($"role{Math.Abs(roles.GetHashCode(StringComparison.Ordinal))}", ("roles", JsonNode.Parse(roles))));
        Assert.Equal(roles == "\"admin\"" ? 200 : 403, (await shared.Send(HttpMethod.Get, "/api/v1/admin/stats", token)).Status);
    }

    [Fact]
    public async Task ActAs_IsForTheRole_AndForNobodyElse()
    {
        Assert.Equal(
            403, (await shared.Send(HttpMethod.Get, "/api/v1/calls", Tokens.Of("eve"), null, ("X-Act-As", "alice"))).Status);
        Assert.Equal(
            200,
            (await shared.Send(
                HttpMethod.Get, "/api/v1/calls", Tokens.Of("app", "service"), null, ("X-Act-As", "alice"))).Status);
        Assert.Equal(
            403,
            (await shared.Send(
                HttpMethod.Get, "/api/v1/admin/stats", Tokens.Of("app", "service"), null, ("X-Act-As", "root"))).Status);
    }

    [Fact]
    public async Task DeviceOfAnotherToken_IsForbidden()
    {
        var bound = Tokens.Sign(Tokens.With("bound", ("device_id", "mine")));
        Assert.Equal(403, (await shared.Send(HttpMethod.Get, "/api/v1/calls", bound, null, ("X-Device-Id", "other"))).Status);
        Assert.Equal(403, await Upgrade($"/hubs/calls?deviceId=other&access_token={bound}"));
    }

    [Fact]
    public async Task BadTokens_AreInNoLog()
    {
        var token = Tokens.Of("logged");
        await Upgrade($"/hubs/calls?access_token={token}");
        await Upgrade($"/ws/notifications/?token={token}");
        await shared.Send(HttpMethod.Get, $"/socket.io/?EIO=4&transport=polling&token={token}", null);
        foreach (var _ in Enumerable.Range(0, 20))
            await shared.Send(HttpMethod.Get, "/api/v1/calls/c", "act1.bad.bad.bad");
        await shared.AssertWorks();
        Assert.DoesNotContain(shared.Program.Log, line => line.Contains(token.Split('.')[1], StringComparison.Ordinal));
        Assert.DoesNotContain(shared.Program.Log, line => line.Contains("ActionToken", StringComparison.Ordinal));
    }

    private static string Unsigned(string head) => $"{Tokens.Base64(head)}.{Tokens.Base64(Tokens.Claims("eve").ToJsonString())}.";

    private static string Altered(int part)
    {
        var parts = Tokens.Of("eve").Split('.');
        var text = parts[part];
        parts[part] = (text[0] == 'A' ? 'B' : 'A') + text[1..];
        return string.Join('.', parts);
    }

    private async Task<int> Upgrade(string path)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        try
        {
            await socket.ConnectAsync(new Uri($"ws://{shared.Program.Address.Authority}{path}"), CancellationToken.None);
        }
        catch (WebSocketException)
        {
            // The status says why.
        }

        return (int)socket.HttpStatusCode;
    }
}
