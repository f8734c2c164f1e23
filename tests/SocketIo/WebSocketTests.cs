using System.Net.WebSockets;

namespace OrleansCalls.Tests.SocketIo;

public sealed class WebSocketTests
{
    [Theory]
    [InlineData("")]
    [InlineData("9")]
    [InlineData("0{}")]
    [InlineData("2")]
    [InlineData("2probe")]
    [InlineData("5")]
    [InlineData("6")]
    [InlineData("4")]
    [InlineData("4x")]
    [InlineData("42[")]
    [InlineData("40{}")]
    [InlineData("41/admin,")]
    [InlineData("42/admin,[\"echo\"]")]
    [InlineData("44{\"message\":\"no\"}")]
    [InlineData("42[\"echo\"]\u001e42[\"echo\"]")]
    [InlineData("42[\"echo\",\"\\ud83d\"]")]
    public async Task Message_ThatCannotBe_EndsTheSessionWithAProtocolError(string message)
    {
        await using var server = await TestServer.Start();
        using var client = await server.Wire();
        using var bystander = await server.Wire();
        await client.Send(message);
        Assert.Equal(("1", WebSocketCloseStatus.ProtocolError), await client.Rest());
        Assert.Equal(DisconnectReason.ProtocolError, await server.Handler.NextEnd());
        await bystander.AssertWorks();
    }

    [Theory]
    [InlineData("42[\"echo\"]")]
    [InlineData("421[\"echo\"]")]
    [InlineData("41")]
    public async Task Message_BeforeConnecting_EndsTheSession(string message)
    {
        await using var server = await TestServer.Start();
        using var client = await WireClient.Open(server);
        await client.Send(message);
        Assert.Equal(("1", WebSocketCloseStatus.ProtocolError), await client.Rest());
    }

    [Theory]
    [InlineData("451-[\"echo\",{\"_placeholder\":true,\"num\":0}]")]
    [InlineData("bAQID")]
    public async Task Message_ThatPromisesBinary_EndsTheSession(string message)
    {
        await using var server = await TestServer.Start();
        using var client = await server.Wire();
        await client.Send(message);
        Assert.Equal(("1", WebSocketCloseStatus.InvalidMessageType), await client.Rest());
    }

    [Fact]
    public async Task BinaryFrame_EndsTheSession()
    {
        await using var server = await TestServer.Start();
        using var client = await server.Wire();
        await client.Send([1, 2, 3], WebSocketMessageType.Binary);
        Assert.Equal(("1", WebSocketCloseStatus.InvalidMessageType), await client.Rest());
        Assert.Equal(DisconnectReason.ProtocolError, await server.Handler.NextEnd());
    }

    [Fact]
    public async Task TextFrame_ThatIsNoUtf8_EndsTheSession()
    {
        await using var server = await TestServer.Start();
        using var client = await server.Wire();
        using var bystander = await server.Wire();
        await client.Send([.. "42[\""u8, 0xff, .. "\"]"u8]);
        Assert.Equal(DisconnectReason.TransportClosed, await server.Handler.NextEnd());
        await bystander.AssertWorks();
    }

    [Fact]
    public async Task Message_TooLarge_EndsTheSession_AndOneByteLessDoesNot()
    {
        await using var server = await TestServer.Start(new SocketIoOptions { MaxPayload = 3_000 });
        using var client = await server.Wire();
        using var bystander = await server.Wire();
        var text = new string('x', 3_000 - 14);
        await client.Send($"421[\"echo\",\"{text}\"]");
        Assert.Equal($"431[\"{text}\"]", await client.Next());
        await client.Send($"421[\"echo\",\"{text}y\"]");
        Assert.Equal(("1", WebSocketCloseStatus.MessageTooBig), await client.Rest());
        Assert.Equal(DisconnectReason.ProtocolError, await server.Handler.NextEnd());
        await bystander.AssertWorks();
    }

    [Fact]
    public async Task Message_InManyFrames_IsOne()
    {
        await using var server = await TestServer.Start();
        using var client = await server.Wire();
        var message = $"429[\"echo\",\"{new string('ü', 5_000)}\"]";
        foreach (var part in System.Text.Encoding.UTF8.GetBytes(message).Chunk(997))
            await client.Socket.SendAsync(part, WebSocketMessageType.Text, endOfMessage: false, CancellationToken.None);
        await client.Socket.SendAsync(Array.Empty<byte>(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        Assert.Equal($"439[\"{new string('ü', 5_000)}\"]", await client.Next());
        await client.AssertWorks();
    }

    [Fact]
    public async Task Client_ThatCloses_IsAnsweredAndGone()
    {
        await using var server = await TestServer.Start();
        using var client = await server.Wire();
        await client.Socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, client.Socket.CloseStatus);
        Assert.Equal(DisconnectReason.TransportClosed, await server.Handler.NextEnd());
    }

    [Fact]
    public async Task Client_WithoutACloseFrame_IsGone()
    {
        await using var server = await TestServer.Start();
        using var client = await server.Wire();
        client.Socket.Abort();
        Assert.Equal(DisconnectReason.TransportClosed, await server.Handler.NextEnd());
    }

    [Fact]
    public async Task Session_OverAWebSocket_CannotBePolledOrTakenOver()
    {
        await using var server = await TestServer.Start();
        using var client = await server.Wire();
        using var polled = await server.Http.GetAsync($"{PollingClient.Base}&sid={client.Sid}");
        Assert.Contains("\"code\":3", await polled.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<WebSocketException>(() => server.Open($"{WireClient.Base}&sid={client.Sid}"));
        await client.AssertWorks();
    }

    [Theory]
    [InlineData(10, 1_000_000)]
    [InlineData(65_536, 300_000)]
    public async Task Client_ThatDoesNotRead_IsCutOff(int packets, int bytes)
    {
        await using var server = await TestServer.Start(new SocketIoOptions { QueueLength = packets, MaxBufferedBytes = bytes });
        using var client = await server.Wire();
        var socket = Assert.Single(server.Handler.Sockets.Values);
        using var bystander = await server.Wire();
        var text = new string('x', 50_000);
        // What the two systems buffer between them has to be full first.
        for (var sent = 0; socket.Emit("much", text); sent++)
            Assert.True(sent < 10_000);
        Assert.Equal(DisconnectReason.TooSlow, await server.Handler.NextEnd());
        Assert.False(socket.Emit("more"));
        Assert.Equal(1, server.SessionCount);
        await bystander.AssertWorks();
    }
}
