using System.Text.Json;

namespace OrleansCalls.Tests.SocketIo;

public sealed class SocketTests
{
    [Fact]
    public async Task Events_AreHandedOverInOrder_AlsoThoseBeforeTheEnd()
    {
        await using var server = await TestServer.Start();
        using var client = await server.Wire();
        var expected = Enumerable.Range(0, 500).Select(i => $"n{i}").ToList();
        foreach (var note in expected)
            await client.Send($"42[\"note\",\"{note}\"]");
        // The server may be gone before its own word has been read; what it was told is what counts here.
        await client.Socket.CloseOutputAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, null, default);
        Assert.Equal(DisconnectReason.TransportClosed, await server.Handler.NextEnd());
        Assert.Equal(expected, server.Handler.Notes.Select(note => note.Text));
    }

    [Fact]
    public async Task Handler_ThatFails_IsLogged_AndTheSocketGoesOn()
    {
        await using var server = await TestServer.Start();
        server.HasDefects = true;
        using var client = await server.Wire();
        await client.Send("""42["no such event"]""");
        await client.AssertWorks();
        Assert.StartsWith("3411 ", Assert.Single(server.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ack_IsSentOnce()
    {
        await using var server = await TestServer.Start();
        using var client = await server.Wire();
        await client.Send("""420["twice"]""");
        Assert.Equal("430[1]", await client.Next());
        await client.AssertWorks();
    }

    [Fact]
    public async Task EmitWithAck_TakesTheAnswerToIt_AndNoOther()
    {
        await using var server = await TestServer.Start();
        using var client = await server.Wire();
        await client.Send("""425["ask",{"a":1}]""");
        Assert.Equal("""421["question",{"a":1}]""", await client.Next());
        await client.Send("""437["to nothing"]""");
        await client.Send("""431["yes",2]""");
        Assert.Equal("""435["yes",2]""", await client.Next());
        await client.Send("""431["again"]""");
        await client.AssertWorks();
    }

    [Fact]
    public async Task EmitWithAck_WithoutAnAnswer_EndsInTime_OrWithTheSocket()
    {
        var time = new TestTime();
        await using var server = await TestServer.Start(time: time);
        using var client = await server.Wire();
        var socket = Assert.Single(server.Handler.Sockets.Values);
        var late = socket.EmitWithAck(TimeSpan.FromSeconds(5), "question");
        await time.Until(late, TimeSpan.FromSeconds(5));
        await Assert.ThrowsAsync<TimeoutException>(() => late);
        var lost = socket.EmitWithAck(TimeSpan.FromSeconds(5), SocketIoEvent.Create("question", JsonSerializerOptions.Web));
        await client.Send("41");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lost);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => socket.EmitWithAck(TimeSpan.FromSeconds(5), "question"));
    }

    [Fact]
    public async Task Event_WrittenOnce_GoesToMany()
    {
        await using var server = await TestServer.Start();
        using var one = await server.Wire();
        var other = await server.Poll();
        var written = SocketIoEvent.Create("news", JsonSerializerOptions.Web, new { Text = "grüß" });
        Assert.All(server.Handler.Sockets.Values, socket => Assert.True(socket.Emit(written)));
        var expected = await one.Next();
        Assert.Equal("grüß", JsonElement.Parse(expected.AsSpan(2))[1].GetProperty("text").GetString());
        Assert.Equal(expected, await other.Next());
    }

    [Theory]
    [InlineData(3, 1_000)]
    [InlineData(100, 200)]
    public async Task Client_ThatDoesNotPoll_IsCutOffWhenTooMuchWaits(int packets, int bytes)
    {
        await using var server = await TestServer.Start(new SocketIoOptions { QueueLength = packets, MaxBufferedBytes = bytes });
        var client = await server.Poll();
        var socket = Assert.Single(server.Handler.Sockets.Values);
        // 42["news","..."] is 64 bytes long.
        var text = new string('x', 64 - 13);
        for (var i = 0; i < 3; i++)
            Assert.True(socket.Emit("news", text));
        Assert.Equal(1, server.SessionCount);
        Assert.False(socket.Emit("news", text));
        Assert.Equal(DisconnectReason.TooSlow, await server.Handler.NextEnd());
        await client.AssertGone();
    }

    [Theory]
    [InlineData(true, "")]
    [InlineData(false, " 41")]
    public async Task Disconnect_LetsTheClientHaveWhatWaits_AndTellsWhetherItMayComeBack(bool mayReconnect, string end)
    {
        await using var server = await TestServer.Start();
        using var wire = await server.Wire();
        await wire.Send("""42["back",1]""");
        await wire.Send($"42[\"leave\",{(mayReconnect ? "true" : "false")}]");
        Assert.Equal($"42[\"back\",1]{end} 1", (await wire.Rest()).Messages);
        Assert.Equal(DisconnectReason.ServerDisconnected, await server.Handler.NextEnd());

        var polling = await server.Poll();
        await polling.Send("""42["back",1]""", $"42[\"leave\",{(mayReconnect ? "true" : "false")}]");
        Assert.Equal(DisconnectReason.ServerDisconnected, await server.Handler.NextEnd());
        Assert.Equal($"42[\"back\",1]{end}", (await polling.Get()).Body.Replace('\u001e', ' '));
        Assert.Equal("1", (await polling.Get()).Body);
        await polling.AssertGone();
    }

    [Fact]
    public async Task Stop_ClosesAllInOrder_AndTakesNobodyIn()
    {
        await using var server = await TestServer.Start();
        using var wire = await server.Wire();
        var polling = await server.Poll();
        server.Handler.HoldsEnds = true;
        var poll = polling.Get();
        var stop = server.Stop();
        Assert.Equal("1", (await wire.Rest()).Messages);
        Assert.Equal("1", (await poll).Body);
        Assert.Equal(DisconnectReason.ServerStopping, await server.Handler.NextEnd());
        Assert.Equal(DisconnectReason.ServerStopping, await server.Handler.NextEnd());
        using var refused = await server.Http.GetAsync(PollingClient.Base);
        Assert.Equal(
            (503, """{"code":4,"message":"Forbidden"}"""), ((int)refused.StatusCode, await refused.Content.ReadAsStringAsync()));
        Assert.False(stop.IsCompleted);
        server.Handler.Gate.SetResult();
        await stop;
    }
}
