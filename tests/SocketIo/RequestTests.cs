using System.Net;
using System.Text;

namespace OrleansCalls.Tests.SocketIo;

/// <summary>Requests that are refused before they reach a session, or that end only their own.</summary>
public sealed class RequestTests
{
    [Theory]
    [InlineData("GET", "", 0, "Transport unknown")]
    [InlineData("GET", "?EIO=4", 0, "Transport unknown")]
    [InlineData("GET", "?EIO=4&transport=webtransport", 0, "Transport unknown")]
    [InlineData("GET", "?EIO=4&transport=polling&transport=polling", 0, "Transport unknown")]
    [InlineData("GET", "?EIO=4&transport=polling&sid=unknown", 1, "Session ID unknown")]
    [InlineData("GET", "?EIO=4&transport=polling&sid=", 1, "Session ID unknown")]
    [InlineData("POST", "?EIO=4&transport=polling&sid=unknown", 1, "Session ID unknown")]
    [InlineData("POST", "?EIO=4&transport=polling", 2, "Bad handshake method")]
    [InlineData("DELETE", "?EIO=4&transport=polling", 2, "Bad handshake method")]
    [InlineData("GET", "?EIO=4&transport=websocket", 3, "Bad request")]
    [InlineData("GET", "?transport=polling", 5, "Unsupported protocol version")]
    [InlineData("GET", "?EIO=3&transport=polling", 5, "Unsupported protocol version")]
    public async Task Request_ThatCannotBe_IsRefusedWithEngineIosCode(string method, string query, int code, string message)
    {
        await using var server = await TestServer.Start();
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/socket.io/{query}");
        using var response = await server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal($$"""{"code":{{code}},"message":"{{message}}"}""", await response.Content.ReadAsStringAsync());
        Assert.Equal(0, server.SessionCount);
    }

    [Theory]
    [InlineData("?EIO=4&transport=polling")]
    [InlineData("?EIO=3&transport=websocket")]
    [InlineData("?EIO=4&transport=websocket&sid=unknown")]
    public async Task WebSocket_ThatCannotBe_IsRefused(string query)
    {
        await using var server = await TestServer.Start();
        var exception = await Assert.ThrowsAsync<System.Net.WebSockets.WebSocketException>(() => server.Open(query));
        Assert.Contains("'400'", exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, server.SessionCount);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    public async Task OtherMethod_ForASession_IsRefusedAndEndsNothing(string method)
    {
        await using var server = await TestServer.Start();
        var client = await server.Poll();
        using var request = new HttpRequestMessage(new HttpMethod(method), client.Path);
        using var response = await server.Http.SendAsync(request);
        Assert.Equal("""{"code":3,"message":"Bad request"}""", await response.Content.ReadAsStringAsync());
        await client.AssertWorks();
    }

    [Fact]
    public async Task Poll_WhileAnotherWaits_EndsTheSession()
    {
        await using var server = await TestServer.Start();
        var (client, bystander) = (await server.Poll(), await server.Poll());
        var (one, other) = (client.Get(), client.Get());
        string[] bodies = [(await one).Body, (await other).Body];
        Assert.Contains("""{"code":3,"message":"Bad request"}""", bodies);
        Assert.Contains("""{"code":1,"message":"Session ID unknown"}""", bodies);
        Assert.Equal(DisconnectReason.ProtocolError, await server.Handler.NextEnd());
        await client.AssertGone();
        await bystander.AssertWorks();
    }

    [Fact]
    public async Task Post_WhileAnotherIsUnderWay_EndsTheSession()
    {
        await using var server = await TestServer.Start(new SocketIoOptions { InboxLength = 1 });
        var (client, bystander) = (await server.Poll(), await server.Poll());
        // One is with the handler, one in the inbox, and the third is what the post waits with.
        var first = client.Post(Text("42[\"wait\"]\u001e42[\"wait\"]\u001e42[\"wait\"]\u001e42[\"wait\"]"));
        HttpStatusCode status;
        string body;
        do
        {
            (status, body) = await client.Post(Text("3"));
        }
        while (status == HttpStatusCode.OK);
        Assert.Equal("""{"code":3,"message":"Bad request"}""", body);
        await client.AssertGone();
        server.Handler.Gate.SetResult();
        await first;
        Assert.Equal(DisconnectReason.ProtocolError, await server.Handler.NextEnd());
        await bystander.AssertWorks();
    }

    [Theory]
    [InlineData("9")]
    [InlineData("")]
    [InlineData("0{}")]
    [InlineData("2")]
    [InlineData("2probe")]
    [InlineData("3probe")]
    [InlineData("5")]
    [InlineData("6")]
    [InlineData("11")]
    [InlineData("bAQID")]
    [InlineData("4")]
    [InlineData("4x")]
    [InlineData("42[")]
    [InlineData("42[\"echo\"]\u001e")]
    [InlineData("40{}")]
    [InlineData("41/admin,")]
    [InlineData("42/admin,[\"echo\"]")]
    [InlineData("451-[\"echo\",{\"_placeholder\":true,\"num\":0}]")]
    public async Task Post_OfSomethingElse_EndsTheSession(string body)
    {
        await using var server = await TestServer.Start();
        var (client, bystander) = (await server.Poll(), await server.Poll());
        await client.Post(Text(body));
        Assert.Equal(DisconnectReason.ProtocolError, await server.Handler.NextEnd());
        await client.AssertGone();
        await bystander.AssertWorks();
    }

    [Theory]
    [InlineData(1_025, false)]
    [InlineData(1_025, true)]
    [InlineData(1_000_000, false)]
    [InlineData(1_000_000, true)]
    public async Task Post_OfTooMuch_EndsTheSession(int size, bool chunked)
    {
        await using var server = await TestServer.Start(new SocketIoOptions { MaxPayload = 1_024 });
        var (client, bystander) = (await server.Poll(), await server.Poll());
        var text = new string('x', size - 13);
        using var request = new HttpRequestMessage(HttpMethod.Post, client.Path) { Content = Text($"42[\"echo\",\"{text}\"]") };
        request.Headers.TransferEncodingChunked = chunked;
        using var response = await server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal(DisconnectReason.ProtocolError, await server.Handler.NextEnd());
        await client.AssertGone();
        await bystander.AssertWorks();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Post_OfAllThatMayBe_IsTaken(bool chunked)
    {
        await using var server = await TestServer.Start(new SocketIoOptions { MaxPayload = 1_024 });
        var client = await server.Poll();
        var text = new string('x', 1_024 - 14);
        using var request = new HttpRequestMessage(HttpMethod.Post, client.Path) { Content = Text($"427[\"echo\",\"{text}\"]") };
        Assert.Equal(1_024, (await request.Content.ReadAsByteArrayAsync()).Length);
        request.Headers.TransferEncodingChunked = chunked;
        using var response = await server.Http.SendAsync(request);
        Assert.Equal("ok", await response.Content.ReadAsStringAsync());
        Assert.Equal($"437[\"{text}\"]", await client.Next());
    }

    [Fact]
    public async Task Post_OfBinaryOrNoUtf8_EndsTheSession()
    {
        await using var server = await TestServer.Start();
        var (binary, garbled) = (await server.Poll(), await server.Poll());
        using var bytes = new ByteArrayContent("3"u8.ToArray());
        bytes.Headers.ContentType = new("application/octet-stream");
        Assert.Equal(HttpStatusCode.BadRequest, (await binary.Post(bytes)).Status);
        Assert.Equal(DisconnectReason.ProtocolError, await server.Handler.NextEnd());
        await binary.AssertGone();
        await garbled.AssertWorks();
        Assert.Equal(
            HttpStatusCode.BadRequest, (await garbled.Post(new ByteArrayContent([.. "42[\""u8, 0xff, .. "\"]"u8]))).Status);
        await garbled.AssertGone();
    }

    [Fact]
    public async Task Cors_FollowsTheApplication()
    {
        await using var server = await TestServer.Start();
        Assert.Equal(TestServer.AllowedOrigin, await AllowedFor(TestServer.AllowedOrigin));
        Assert.Null(await AllowedFor("https://elsewhere.example.org"));

        async Task<string?> AllowedFor(string origin)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, PollingClient.Base);
            request.Headers.Add("Origin", origin);
            using var response = await server.Http.SendAsync(request);
            return response.Headers.TryGetValues("Access-Control-Allow-Origin", out var allowed) ? allowed.Single() : null;
        }
    }

    private static StringContent Text(string body) => new(body, Encoding.UTF8, "text/plain");
}
