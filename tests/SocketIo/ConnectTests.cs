using System.Net;
using System.Net.WebSockets;
using System.Text.Json;

namespace OrleansCalls.Tests.SocketIo;

public sealed class ConnectTests
{
    [Fact]
    public async Task Connect_WithoutAGoodToken_IsToldWhy_AndMayTryAgain()
    {
        await using var server = await TestServer.Start();
        using var client = await WireClient.Open(server);
        await client.Send("40");
        Assert.Equal("""44{"message":"The token is not valid.","data":{"code":"no_token"}}""", await client.Next());
        await client.Send("""40{"token":"bad"}""");
        Assert.Equal("""44{"message":"The token is not valid.","data":{"code":"bad_token"}}""", await client.Next());
        await client.Send("""40{"token":"good"}""");
        Assert.StartsWith("40{", await client.Next(), StringComparison.Ordinal);
        await client.AssertWorks();
    }

    [Fact]
    public async Task Connect_WhenTheHandlerFails_IsRefused_AndNoDetailGetsOut()
    {
        await using var server = await TestServer.Start();
        server.HasDefects = true;
        using var client = await WireClient.Open(server);
        await client.Send("""40{"token":"throws"}""");
        Assert.Equal("""44{"message":"Internal error.","data":{"code":"internal"}}""", await client.Next());
        Assert.StartsWith("3410 ", Assert.Single(server.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", """{"token":"good-a"}""", null, "good-a")]
    [InlineData("&token=good-q", "", null, "good-q")]
    [InlineData("", "", "Bearer good-h", "good-h")]
    [InlineData("&token=bad", """{"token":"good-a"}""", "Bearer bad", "good-a")]
    [InlineData("&token=good-q", """{"token":7}""", "Bearer bad", "good-q")]
    [InlineData("&token=", """{"token":""}""", "bearer  good-h", "good-h")]
    public async Task Token_IsTakenFromWhereItIs(string query, string auth, string? header, string token)
    {
        await using var server = await TestServer.Start();
        using var request = new HttpRequestMessage(HttpMethod.Get, PollingClient.Base + query);
        if (header is not null)
            request.Headers.TryAddWithoutValidation("Authorization", header);
        using var response = await server.Http.SendAsync(request);
        var sid = JsonElement.Parse((await response.Content.ReadAsByteArrayAsync()).AsSpan(1)).GetProperty("sid").GetString();
        var path = $"{PollingClient.Base}&sid={sid}";
        using var posted = await server.Http.PostAsync(path, new StringContent($"40{auth}"));
        Assert.StartsWith("40{", await server.Http.GetStringAsync(path), StringComparison.Ordinal);
        var handshake = Assert.Single(server.Handler.Sockets.Values).Handshake;
        Assert.Equal(token, handshake.Token);
        Assert.Equal("polling", handshake.Query["transport"]);
        Assert.Equal(IPAddress.Loopback, handshake.RemoteAddress);
    }

    [Fact]
    public async Task Connect_ToAnotherNamespace_IsRefusedThere_AndDisturbsNothing()
    {
        await using var server = await TestServer.Start();
        using var client = await server.Wire();
        await client.Send("40/admin,{\"token\":\"good\"}");
        Assert.Equal("""44/admin,{"message":"Invalid namespace"}""", await client.Next());
        await client.AssertWorks();
    }

    [Fact]
    public async Task Sessions_WhoseClientsAreNotConnected_AreOnlySoMany()
    {
        await using var server = await TestServer.Start(new SocketIoOptions { MaxUnconnected = 2 });
        using var one = await WireClient.Open(server);
        using var two = await WireClient.Open(server);
        using var refused = await server.Http.GetAsync(PollingClient.Base);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(
            """{"code":4,"message":"Too many clients are connecting; try again"}""", await refused.Content.ReadAsStringAsync());

        // Who connects makes room, and who disconnects takes it again.
        await one.Send("""40{"token":"good"}""");
        await one.Next();
        using var three = await WireClient.Open(server);
        await one.Send("41");
        await server.Handler.NextEnd();
        await two.Send("1");
        await two.AssertCut();
        using var still = await server.Http.GetAsync(PollingClient.Base);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, still.StatusCode);
        await three.Send("1");
        await three.AssertCut();
        using var again = await WireClient.Open(server);
    }

    [Fact]
    public async Task Sessions_OfOneAddress_AreAShareOfThem()
    {
        await using var server = await TestServer.Start(new SocketIoOptions { MaxUnconnectedPerAddress = 1 });
        using var one = await WireClient.Open(server);
        using var refused = await server.Http.GetAsync(PollingClient.Base);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        await one.Send("""40{"token":"good"}""");
        await one.Next();
        using var another = await WireClient.Open(server);
    }

    [Fact]
    public async Task Client_ThatIsNotConnected_MaySendLittle_AndThenAll()
    {
        await using var server = await TestServer.Start();
        using var large = await WireClient.Open(server);
        await large.Send($$"""40{"token":"{{new string('t', 9_000)}}"}""");
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, (await large.Rest()).Status);
        using var name = await WireClient.Open(server);
        await name.Send($"40/{new string('n', 65)},");
        Assert.Equal(WebSocketCloseStatus.ProtocolError, (await name.Rest()).Status);
        using var client = await server.Wire();
        await client.Send($"427[\"echo\",\"{new string('x', 100_000)}\"]");
        Assert.StartsWith("437[", await client.Next(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Emit_BeforeTheAcceptance_GoesOutBehindIt()
    {
        await using var server = await TestServer.Start();
        using var client = await server.Wire("good-early");
        Assert.Equal("""42["early",1]""", await client.Next());
        Assert.Equal("""42["early",2]""", await client.Next());
    }
}
