using System.Net.WebSockets;

namespace OrleansCalls.Tests.Hostile;

/// <summary>
/// Sockets whose clients stay until the program goes: each is closed with a message by which its client comes back, whatever it
/// speaks, and none is cut without a word (1006).
/// </summary>
public sealed class DrainTests
{
    private const int OfEach = 25;

    /// <summary>Without a window all of them stay; with one, those of SignalR do, which are only asked to go.</summary>
    [Theory, InlineData(0), InlineData(1)]
    public async Task SocketThatStays_IsClosedWithAMessage_AndMayComeBack(int seconds)
    {
        await using var program = await Program.Start(("Gateway__DrainSeconds", $"{seconds}"));
        var hubs = await All(i => Hub.Connect(program.Address, Tokens.Of($"hub-{i}")));
        var plain = await All(i => RawSocket.Open(program.Address, $"ws/notifications/?token={Tokens.Of($"plain-{i}")}"));
        var engine = await All(async i =>
        {
            var socket = await RawSocket.Open(program.Address, "socket.io/?EIO=4&transport=websocket");
            await socket.Send($$"""40{"token":"{{Tokens.Of($"engine-{i}")}}"}""");
            await socket.Until(text => text.StartsWith("40{", StringComparison.Ordinal));
            return socket;
        });
        var strangers = await All(_ => RawSocket.Open(program.Address, "ws"));

        program.Signal("TERM");
        foreach (var (message, status) in await Task.WhenAll(hubs.Select(hub => hub.Farewell())))
            Assert.Equal((true, WebSocketCloseStatus.NormalClosure), ((bool?)message?["allowReconnect"], status));
        // Its close code says it to a plain socket; a Socket.IO client comes back from a transport that closes, not from a "41".
        foreach (var (_, status) in await Task.WhenAll(plain.Concat(strangers).Select(socket => socket.Farewell())))
            Assert.Equal((WebSocketCloseStatus)1012, status);
        foreach (var (last, status) in await Task.WhenAll(engine.Select(socket => socket.Farewell())))
            Assert.Equal(("1", WebSocketCloseStatus.NormalClosure), (last, status));
        Assert.Equal(0, await program.Ended());
    }

    private static Task<T[]> All<T>(Func<int, Task<T>> open) => Task.WhenAll(Enumerable.Range(0, OfEach).Select(open));
}
