using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansCalls.Tests.SocketIo;

/// <summary>On a clock that goes on only when it is told to; the defaults: a ping after 25 s, 20 s for the answer.</summary>
public sealed class HeartbeatTests
{
    private readonly TestTime _time = new();

    [Fact]
    public async Task Client_ThatAnswers_StaysForEver()
    {
        await using var server = await TestServer.Start(time: _time);
        using var client = await server.Wire();
        for (var round = 0; round < 10; round++)
        {
            Pass(25);
            Assert.Equal("2", await client.Next());
            await client.Send("3");
            await client.AssertWorks();
            Pass(19);
            await client.AssertWorks();
            Pass(6);
            Assert.Equal("2", await client.Next());
            await client.Send("3");
            await client.AssertWorks();
        }
    }

    [Fact]
    public async Task Client_OverPolling_IsPingedToo()
    {
        await using var server = await TestServer.Start(time: _time);
        var client = await server.Poll();
        for (var round = 0; round < 3; round++)
        {
            Pass(25);
            Assert.Equal("2", await client.Next());
            await client.Send("3");
        }

        await client.AssertWorks();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Client_ThatDoesNotAnswer_IsGoneAfterThePingTimeout(bool talksOtherwise)
    {
        await using var server = await TestServer.Start(time: _time);
        using var client = await server.Wire();
        Pass(25);
        Assert.Equal("2", await client.Next());
        Pass(19.9);
        if (talksOtherwise)
            await client.AssertWorks();
        Assert.Equal(1, server.SessionCount);
        Pass(0.1);
        Assert.Equal(0, server.SessionCount);
        await client.AssertCut();
        Assert.Equal(DisconnectReason.PingTimeout, await server.Handler.NextEnd());
    }

    [Fact]
    public async Task Pong_ThatNobodyAskedFor_ChangesNothing()
    {
        await using var server = await TestServer.Start(time: _time);
        using var client = await server.Wire();
        Pass(24);
        await client.Send("3");
        await client.AssertWorks();
        Pass(1);
        Assert.Equal("2", await client.Next());
        Pass(20);
        Assert.Equal(DisconnectReason.PingTimeout, await server.Handler.NextEnd());
    }

    /// <summary>A question out of turn is answered by the pong that belongs to it, and by none before.</summary>
    [Fact]
    public async Task Socket_KnowsWhenItsClientHasTakenWhatWasSent()
    {
        await using var server = await TestServer.Start(time: _time);
        using var client = await server.Wire();
        var socket = Assert.Single(server.Handler.Sockets.Values);
        Pass(25);
        Assert.Equal("2", await client.Next());
        Assert.True(socket.Emit("news"));
        var taken = socket.WhenAcknowledged();
        Assert.Equal("""42["news"]""", await client.Next());
        Assert.Equal("2", await client.Next());
        await client.Send("3");
        await client.AssertWorks();
        Assert.False(taken.IsCompleted);
        await client.Send("3");
        await taken.WaitAsync(TestServer.Patience);
        var never = socket.WhenAcknowledged();
        await client.Send("41");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => never);
    }

    [Fact]
    public async Task PollingSession_ThatIsAbandoned_IsFreed()
    {
        await using var server = await TestServer.Start(time: _time);
        var client = await server.Poll();
        Pass(44.9);
        Assert.Equal(1, server.SessionCount);
        Pass(0.1);
        Assert.Equal(0, server.SessionCount);
        Assert.Equal(DisconnectReason.PingTimeout, await server.Handler.NextEnd());
        await client.AssertGone();
    }

    [Fact]
    public async Task Poll_ThatItsClientGivesUp_EndsTheSessionAtOnce()
    {
        await using var server = await TestServer.Start(time: _time);
        var client = await server.Poll();
        using (var connection = new TcpClient())
        {
            await connection.ConnectAsync(IPAddress.Loopback, server.Address.Port);
            await connection.GetStream().WriteAsync(
                Encoding.ASCII.GetBytes($"GET {client.Path} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        }

        Assert.Equal(DisconnectReason.TransportClosed, await server.Handler.NextEnd());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Session_ThatNeverConnects_IsClosed(bool refused)
    {
        await using var server = await TestServer.Start(new SocketIoOptions { ConnectTimeout = TimeSpan.FromSeconds(10) }, _time);
        using var client = await WireClient.Open(server);
        if (refused)
        {
            await client.Send("40");
            Assert.StartsWith("44{", await client.Next(), StringComparison.Ordinal);
        }

        Pass(10);
        Assert.Equal("1", (await client.Rest()).Messages);
    }

    [Fact]
    public async Task Session_WhoseSocketDisconnected_MayConnectAgain_OrIsClosed()
    {
        await using var server = await TestServer.Start(new SocketIoOptions { ConnectTimeout = TimeSpan.FromSeconds(10) }, _time);
        using var client = await server.Wire();
        await client.Send("41");
        Assert.Equal(DisconnectReason.ClientDisconnected, await server.Handler.NextEnd());
        await client.Send("""40{"token":"good"}""");
        Assert.StartsWith("40{", await client.Next(), StringComparison.Ordinal);
        Pass(10);
        await client.AssertWorks();
        await client.Send("41");
        Assert.Equal(DisconnectReason.ClientDisconnected, await server.Handler.NextEnd());
        Pass(10);
        Assert.Equal("1", (await client.Rest()).Messages);
    }

    private void Pass(double seconds)
    {
        var end = _time.GetUtcNow() + TimeSpan.FromSeconds(seconds);
        while (_time.Step(end - _time.GetUtcNow()))
        {
        }
    }
}
