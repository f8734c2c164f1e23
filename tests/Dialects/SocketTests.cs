using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansCalls.Silo.Settings;

namespace OrleansCalls.Tests.Dialects;

/// <summary>
/// Plain WebSockets, whatever is spoken over them: limits, closes that say why, and that nobody else is disturbed.
/// </summary>
public sealed class SocketTests
{
    [Fact]
    public async Task Message_ThatIsTooLarge_Binary_OrNoText_ClosesItsSocketOnly()
    {
        await using var service = await Service.Start();
        await using var other = await NotificationPage.Open(service, "other");
        await using var large = await NotificationPage.Open(service, "large");
        await large.Notices.SendText($$"""{"type":"call.end","call_id":"{{new string('x', 128 * 1024)}}"}""");
        Assert.Equal(
            ((int)WebSocketCloseStatus.MessageTooBig, "a message has 128 KiB at most, the first one 8 KiB"),
            await large.Notices.Closed);

        await using var binary = await NotificationPage.Open(service, "binary");
        await binary.Notices.SendBytes([1, 2, 3], WebSocketMessageType.Binary);
        Assert.Equal((int)WebSocketCloseStatus.InvalidMessageType, (await binary.Notices.Closed).Code);

        await using var odd = await NotificationPage.Open(service, "odd");
        await odd.Notices.SendBytes([0xc3, 0x28], WebSocketMessageType.Text);
        Assert.NotEqual(0, (await odd.Notices.Closed).Code);

        await using var alice = await NotificationPage.Open(service, "alice");
        await other.Notices.Hears("call.incoming", await alice.Call("other", "9"));
    }

    [Fact]
    public async Task LargestMessage_PassesThrough()
    {
        await using var service = await Service.Start();
        await using var alice = await NotificationPage.Open(service, "alice");
        await using var bob = await NotificationPage.Open(service, "bob");
        var call = (string)(await alice.Initiate(new { receiver_id = "bob", call_type = "voice" }))["call_id"]!;
        var sdp = new string('v', 60 * 1024);
        await alice.Notices.Send(new { type = "call.offer", call_id = call, offer = new { type = "offer", sdp } });
        Assert.Equal(sdp, (string?)(await bob.Notices.Hears("call.offer", call))["offer"]!["sdp"]);
    }

    [Fact]
    public async Task ClientThatTalksTooMuch_IsRateLimited_OthersAreNot()
    {
        await using var service = await Service.Start("Gateway:MessagesPerSecond=1", "Gateway:MessageBurst=20");
        await using var loud = await NotificationPage.Open(service, "loud");
        await using var other = await NotificationPage.Open(service, "other");
        for (var i = 0; i < 40; i++)
            await loud.Notices.Send(new { type = "call.end", call_id = "none" });
        var codes = new List<string?>();
        for (var i = 0; i < 40; i++)
            codes.Add((string?)(await loud.Notices.Hears("call.error"))["code"]);
        // The sockets of the page counted too.
        Assert.InRange(codes.Count(code => code == "rate_limited"), 1, 22);
        await other.Notices.Send(new { type = "call.end", call_id = "none" });
        Assert.Equal("not_found", (string?)(await other.Notices.Hears("call.error"))["code"]);
    }

    [Fact]
    public async Task Token_ThatHasExpiredButIsTakenStill_KeepsItsSocketOpen()
    {
        await using var service = await Service.Start("Auth:ClockSkewSeconds=60");
        var token = Service.Sign(new JsonObject
        {
            ["iss"] = "orleans-calls", ["aud"] = "orleans-calls", ["sub"] = "late",
            ["exp"] = TimeProvider.System.GetUtcNow().AddSeconds(-20).ToUnixTimeSeconds(),
        });
        await using var socket = await PlainClient.Connect(service.Address, $"/ws/notifications/?token={token}");
        await socket.Hears("connection.ack");
        await using var inMessage = await PlainClient.Connect(service.Address, "/ws");
        await inMessage.Send(new { type = "register-user", userId = "late", token });
        await inMessage.Hears("registered");
        for (var i = 0; i < 3; i++)
        {
            await socket.Send(new { type = "call.end", call_id = "none" });
            await socket.Hears("call.error");
            await inMessage.Send(new { type = "no-such-message" });
            await inMessage.Hears("error");
        }
    }

    [Fact]
    public async Task Token_ThatExpires_ClosesItsSocket()
    {
        await using var service = await Service.Start("Auth:ClockSkewSeconds=0");
        var token = Service.Sign(new JsonObject
        {
            ["iss"] = "orleans-calls",
            ["aud"] = "orleans-calls",
            ["sub"] = "brief",
            ["exp"] = TimeProvider.System.GetUtcNow().AddSeconds(12).ToUnixTimeSeconds(),
        });
        await using var socket = await PlainClient.Connect(service.Address, $"/ws/notifications/?token={token}");
        await socket.Hears("connection.ack");
        await using var inMessage = await PlainClient.Connect(service.Address, "/ws");
        await inMessage.Send(new { type = "register-user", userId = "brief", token });
        await inMessage.Hears("registered");
        Assert.Equal((4401, "the token has expired"), await socket.Closed);
        Assert.Equal((4401, "the token has expired"), await inMessage.Closed);
        await using var register = await PlainClient.Connect(service.Address, "/ws");
        await register.Send(new { type = "register-user", userId = "brief", token });
        Assert.Equal("unauthenticated", (string?)(await register.Hears("error"))["code"]);
    }

    [Fact]
    public async Task ServiceThatStops_ClosesSocketsInOrder_AndTakesNoNewOnes()
    {
        await using var service = await Service.Start("Gateway:DrainSeconds=2");
        await using var page = await NotificationPage.Open(service, "alice", chat: "9");
        var stopping = Task.Run(service.Stop);
        Assert.Equal(1012, (await page.Notices.Closed).Code);
        Assert.Equal(1012, (await page.Chat!.Closed).Code);
        await Assert.ThrowsAnyAsync<Exception>(() => NotificationPage.Open(service, "bob"));
        await stopping;
    }

    /// <summary>It is in no list of connections, and would hold the process up until its time to register is over.</summary>
    [Fact]
    public async Task SocketThatHasNotRegistered_IsClosedWhenTheServiceStops()
    {
        await using var service = await Service.Start();
        await using var nobody = await PlainClient.Connect(service.Address, "/");
        var stopping = Task.Run(service.Stop);
        Assert.Equal(1012, (await nobody.Closed).Code);
        await stopping;
    }

    [Fact]
    public async Task SocketsThatHaveNotRegistered_AreOnlySoMany()
    {
        await using var service = await Service.Start("Rooms:MaxUnregistered=1");
        await using (var nobody = await PlainClient.Connect(service.Address, "/"))
        {
            await Assert.ThrowsAsync<WebSocketException>(() => PlainClient.Connect(service.Address, "/"));
            await nobody.Send(new { type = "register-user", userId = "a", accessToken = Service.Token("a") });
            await nobody.Hears("registered");
            await using var another = await PlainClient.Connect(service.Address, "/");
        }
    }

    [Fact]
    public async Task ClientThatDoesNotRead_IsClosed()
    {
        await using var service = await Service.Start(
            "Gateway:QueueLength=16", "Gateway:MessagesPerSecond=10000", "Gateway:MessageBurst=10000");
        await using var alice = await service.Connect("alice", "a1");
        using var deaf = new ClientWebSocket();
        await deaf.ConnectAsync(
            new Uri($"ws://127.0.0.1:{service.Address.Port}/ws/notifications/?token={Service.Token("deaf")}"),
            CancellationToken.None);
        var buffer = new byte[4096];
        await deaf.ReceiveAsync(buffer, CancellationToken.None);
        Assert.True((bool)(await alice.Call("WatchPresence", new { userIds = new[] { "deaf" } }))![0]!["online"]!);

        var call = (string)(await alice.Call("StartCall", new { calleeIds = new[] { "deaf" }, media = "audio" }))!["callId"]!;
        await Send(deaf, new { type = "call.answer", call_id = call });
        await alice.Hears("CallAccepted", call);
        var payload = new { candidate = new string('x', 60 * 1024) };
        var gone = alice.Hears("PresenceChanged");
        for (var i = 0; i < 2000 && !gone.IsCompleted; i++)
            await alice.Call("SendSignal", new { callId = call, kind = "candidate", payload });
        Assert.False((bool)(await gone)["online"]!);
    }

    [Fact]
    public async Task TokenInTheSubprotocols_IsTakenToo_AndAnyOtherSubprotocolIsAgreedTo()
    {
        await using var service = await Service.Start();
        await using var bearer = await PlainClient.Connect(service.Address, "/ws/notifications/", options: options =>
        {
            options.AddSubProtocol("bearer");
            options.AddSubProtocol(Service.Token("alice"));
        });
        await bearer.Hears("connection.ack");
        Assert.Equal("bearer", bearer.Protocol);
        await using var json = await PlainClient.Connect(
            service.Address, $"/ws/notifications/?token={Service.Token("alice")}",
            options: options => options.AddSubProtocol("json"));
        Assert.Equal("json", json.Protocol);
    }

    [Fact]
    public async Task DeviceWithTooManySockets_OrUserWithTooManyDevices_IsToldSo()
    {
        await using var service = await Service.Start();
        var open = new List<NotificationPage>();
        for (var i = 0; i < 16; i++)
            open.Add(await NotificationPage.Open(service, "many", program: $"Browser/{i}"));
        var path = $"/ws/notifications/?token={Service.Token("many")}";
        await using var more = await PlainClient.Connect(service.Address, path, "Browser/16");
        var (code, reason) = await more.Closed;
        Assert.Equal(4409, code);
        Assert.StartsWith("conflict: ", reason, StringComparison.Ordinal);
        foreach (var page in open)
            await page.DisposeAsync();
    }

    [Theory]
    [InlineData("Dialects:Disabled=005", "Dialects__Disabled")]
    [InlineData("Dialects:PublicUrl=here", "Dialects__PublicUrl")]
    [InlineData("Rooms:HomeserverUrl=matrix", "Rooms__HomeserverUrl")]
    [InlineData("Rooms:HomeserverSeconds=0", "Rooms__HomeserverSeconds")]
    [InlineData("Rooms:0:Id=!room", "Rooms__0__Members")]
    [InlineData("Rooms:0:Members=alice", "Rooms__0__Id")]
    public async Task Setting_ThatIsWrong_IsNamed(string setting, string name)
    {
        var wrong = await Assert.ThrowsAsync<SettingException>(() => Service.Start(setting));
        Assert.StartsWith(name, wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("001,003,004")]
    [InlineData("notifications,rooms,telephone")]
    public async Task Dialect_ThatIsSwitchedOff_IsNotThere(string dialects)
    {
        await using var service = await Service.Start($"Dialects:Disabled={dialects}");
        var body = new { receiver_id = "y", call_type = "voice" };
        Assert.Equal(404, (await service.Send(HttpMethod.Post, "/calls/initiate/", Service.Token("x"), body)).Status);
        Assert.Equal(404, (await service.Send(HttpMethod.Get, "/call-config.json", null)).Status);
        Assert.Equal(
            404,
            (await service.Send(HttpMethod.Post, "/api/call-response", Service.Token("x"), new { action = "accept" })).Status);
        await Assert.ThrowsAsync<WebSocketException>(() => PlainClient.Connect(service.Address, "/"));
    }

    private static Task Send(ClientWebSocket socket, object message) => socket.SendAsync(
        JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
}
