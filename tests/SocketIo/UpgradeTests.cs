using System.Net.WebSockets;

namespace OrleansCalls.Tests.SocketIo;

public sealed class UpgradeTests
{
    [Fact]
    public async Task Upgrade_TakesTheSessionOver_WithAllThatWaits()
    {
        await using var server = await TestServer.Start();
        var polling = await server.Poll();
        var poll = polling.Get();
        using var wire = await Begin(server, polling);
        await wire.Send("2probe");
        Assert.Equal("3probe", await wire.Next());
        Assert.Equal("6", (await poll).Body);
        await polling.Send("""42["back",1]""", """42["back",2]""");
        await wire.Send("5");
        Assert.Equal("""42["back",1]""", await wire.Next());
        Assert.Equal("""42["back",2]""", await wire.Next());
        await wire.AssertWorks();
        Assert.Contains("\"code\":3", (await polling.Get()).Body, StringComparison.Ordinal);
        await wire.AssertWorks();
        Assert.Single(server.Handler.Sockets);
    }

    [Fact]
    public async Task Poll_AfterTheProbe_IsAnsweredSoon()
    {
        await using var server = await TestServer.Start(time: TimeProvider.System);
        var polling = await server.Poll();
        using var wire = await Begin(server, polling);
        await wire.Send("2probe");
        Assert.Equal("3probe", await wire.Next());
        Assert.Equal("6", (await polling.Get()).Body);
        await wire.Send("5");
        await wire.AssertWorks();
    }

    [Theory]
    [InlineData("5")]
    [InlineData("2")]
    [InlineData("2other")]
    [InlineData("3probe")]
    [InlineData("42[\"echo\"]")]
    [InlineData("2probe", "2probe")]
    [InlineData("2probe", "42[\"echo\"]")]
    public async Task Upgrade_DoneWrong_LeavesThePolling(params string[] messages)
    {
        await using var server = await TestServer.Start();
        var polling = await server.Poll();
        using (var wire = await Begin(server, polling))
        {
            foreach (var message in messages)
                await wire.Send(message);
            Assert.Equal((messages.Length == 2 ? "3probe" : "", WebSocketCloseStatus.ProtocolError), await wire.Rest());
        }

        await polling.AssertWorks();
        using var again = await Begin(server, polling);
        await again.Send("2probe");
        Assert.Equal("3probe", await again.Next());
        await again.Send("5");
        await again.AssertWorks();
    }

    [Fact]
    public async Task Upgrade_InBinaryOrTooLarge_LeavesThePolling()
    {
        await using var server = await TestServer.Start();
        var polling = await server.Poll();
        using var binary = await Begin(server, polling);
        await binary.Send("2probe"u8.ToArray(), WebSocketMessageType.Binary);
        Assert.Equal(("", WebSocketCloseStatus.InvalidMessageType), await binary.Rest());
        using var large = await Begin(server, polling);
        await large.Send(new string('2', 140_000));
        Assert.Equal(("", WebSocketCloseStatus.MessageTooBig), await large.Rest());
        await polling.AssertWorks();
    }

    [Fact]
    public async Task Upgrade_ThatNeverGoesOn_IsCut_AndLeavesThePolling()
    {
        var time = new TestTime();
        await using var server = await TestServer.Start(time: time);
        var polling = await server.Poll();
        using var wire = await Begin(server, polling);
        await wire.Send("2probe");
        Assert.Equal("3probe", await wire.Next());
        while (time.Step(TimeSpan.FromSeconds(10)))
        {
        }

        await wire.AssertCut();
        await polling.AssertWorks();
    }

    [Fact]
    public async Task Upgrade_WhileAnotherIsUnderWay_IsRefused()
    {
        await using var server = await TestServer.Start();
        var polling = await server.Poll();
        using var wire = await Begin(server, polling);
        await wire.Send("2probe");
        Assert.Equal("3probe", await wire.Next());
        await Assert.ThrowsAsync<WebSocketException>(() => Begin(server, polling));
        await wire.Send("5");
        await wire.AssertWorks();
    }

    [Fact]
    public async Task Session_ThatTheServerEndsDuringTheUpgrade_SaysSoOverItsWebSocket()
    {
        await using var server = await TestServer.Start();
        var polling = await server.Poll();
        var poll = polling.Get();
        using var wire = await Begin(server, polling);
        await wire.Send("2probe");
        Assert.Equal("3probe", await wire.Next());
        Assert.Equal("6", (await poll).Body);
        await polling.Send("""42["leave",true]""");
        await server.Handler.NextEnd();
        await wire.Send("5");
        Assert.Equal(("1", WebSocketCloseStatus.NormalClosure), await wire.Rest());
    }

    [Fact]
    public async Task Session_ThatEndsDuringTheUpgrade_TakesItsWebSocketAlong()
    {
        await using var server = await TestServer.Start();
        var polling = await server.Poll();
        using var wire = await Begin(server, polling);
        await wire.Send("2probe");
        Assert.Equal("3probe", await wire.Next());
        await polling.Send("1");
        await wire.AssertCut();
        Assert.Equal(DisconnectReason.TransportClosed, await server.Handler.NextEnd());
    }

    private static async Task<WireClient> Begin(TestServer server, PollingClient polling) =>
        new(await server.Open($"{WireClient.Base}&sid={polling.Sid}"));
}
