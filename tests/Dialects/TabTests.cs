using System.Text.Json.Nodes;

namespace OrleansCalls.Tests.Dialects;

/// <summary>
/// Who else hears that a call is over: other tabs of a browser, other devices that come back, whoever is left alone.
/// </summary>
public sealed class TabTests : IAsyncLifetime
{
    private const string Room = "!three:localhost";
    private static readonly object Offer = new { type = "offer", sdp = "v=0" };
    private static readonly object Answer = new { type = "answer", sdp = "v=1" };

    private Service _service = null!;

    public async Task InitializeAsync() =>
        _service = await Service.Start($"Rooms:0:Id={Room}", "Rooms:0:Members=alice,bob,carol");

    public Task DisposeAsync() => _service.DisposeAsync().AsTask();

    [Fact]
    public async Task TwoTabs_OneTalks_TheOtherStopsRinging_AndItsEndHangsNothingUp()
    {
        await using var alice = await _service.Connect("alice", "a1");
        await using var one = await NotificationPage.Open(_service, "bob");
        await using var two = await NotificationPage.Open(_service, "bob");
        var call = await Ring(alice, one.Notices, two.Notices);
        await one.SendAnswer(call);
        await alice.Hears("CallAccepted", call);
        Assert.Equal("answered_elsewhere", (string?)(await two.Notices.Hears("call.end", call))["reason"]);

        await two.Notices.Send(new { type = "call.end", call_id = call });
        Assert.Equal("answered_elsewhere", (string?)(await two.Notices.Hears("call.end", call))["reason"]);
        await alice.Call("SendSignal", new { callId = call, kind = "candidate", payload = "c" });
        await one.Notices.Hears("call.ice_candidate", call);
        await one.Notices.Send(new { type = "call.end", call_id = call });
        Assert.Equal("completed", (string?)(await alice.Hears("CallEnded", call))["reason"]);
        Assert.DoesNotContain("call.ice_candidate", two.Notices.Rest());
    }

    [Fact]
    public async Task Tab_ThatTakesTheCallInItsChat_KeepsItsSocketForNotices()
    {
        await using var alice = await _service.Connect("alice", "a1");
        await using var one = await NotificationPage.Open(_service, "bob", chat: "9");
        await using var two = await NotificationPage.OpenChat(_service, "bob", "9");
        var call = await Ring(alice, one.Notices, one.Chat!, two);
        await one.SendAnswer(call);
        Assert.Equal("answered_elsewhere", (string?)(await two.Hears("call.end", call))["reason"]);
        await alice.Hears("CallAccepted", call);
        await alice.Call("EndCall", new { callId = call });
        Assert.Equal("completed", (string?)(await one.Notices.Hears("call.end", call))["reason"]);
        await one.Chat!.Hears("call.end", call);
    }

    [Fact]
    public async Task Tabs_AllRingAgain_WhenTheirUserIsInvitedAgain()
    {
        await using var alice = await _service.Connect("alice", "a1");
        await using var carol = await _service.Connect("carol", "c1");
        await using var one = await NotificationPage.Open(_service, "bob");
        await using var two = await NotificationPage.Open(_service, "bob");
        var call = await Ring(alice, one.Notices, two.Notices);
        await alice.Call("InviteToCall", new { callId = call, calleeIds = new[] { "carol" } });
        await carol.Call("AcceptCall", new { callId = call, answer = Answer });
        await one.SendAnswer(call);
        await two.Notices.Hears("call.end", call);
        await one.Notices.Send(new { type = "call.end", call_id = call });
        await one.Notices.Hears("call.end", call);

        await alice.Call("InviteToCall", new { callId = call, calleeIds = new[] { "bob" } });
        await one.Notices.Hears("call.incoming", call);
        await two.Notices.Hears("call.incoming", call);
    }

    /// <summary>It was away when another device of its user took the call, which goes on.</summary>
    [Fact]
    public async Task DeviceThatComesBack_WhileAnotherTalks_StopsRinging_AlsoAtAnotherProcess()
    {
        await using var alice = await _service.Connect("alice", "a1");
        await using var phone = await _service.Connect("bob", "phone");
        string call;
        await using (var tablet = await Notices("bob", "tablet"))
            call = await Ring(alice, tablet);
        await phone.Call("AcceptCall", new { callId = call, answer = Answer });
        await alice.Hears("CallAccepted", call);
        await using (var tablet = await Notices("bob", "tablet"))
            Assert.Equal("answered_elsewhere", (string?)(await tablet.Hears("call.end", call))["reason"]);

        await _service.Restart();
        await using var again = await Notices("bob", "tablet");
        Assert.Equal("answered_elsewhere", (string?)(await again.Hears("call.end", call))["reason"]);
    }

    [Fact]
    public async Task CallerOfARoomOfThree_EndsAfterOneHasAnswered_WhoHearsIt_AndTheThirdStopsRinging()
    {
        await using var bob = await Registered("bob");
        await using var carol = await Registered("carol");
        var (_, started) = await _service.Send(
            HttpMethod.Post, "/api/calls/initiate", Service.Token("alice"), new { roomId = Room, callType = "voice" });
        var call = (string)started!["callId"]!;
        await bob.Hears("incoming-call", call);
        await carol.Hears("incoming-call", call);
        Assert.Equal(200, (await Post("bob", call, "answer")).Status);
        await bob.Hears("call-answered", call);
        Assert.Equal(200, (await Post("alice", call, "end")).Status);
        await bob.Hears("call-ended", call);
        await carol.Hears("call-ended", call);
        var (_, ended) = await _service.Send(HttpMethod.Get, $"/api/v1/calls/{call}", Service.Token("alice"));
        Assert.Equal("ended", (string?)ended!["state"]);
    }

    private static async Task<string> Ring(HubClient alice, params PlainClient[] sockets)
    {
        var started = await alice.Call(
            "StartCall",
            new { calleeIds = new[] { "bob" }, media = "audio", conversationId = "9", offer = Offer, ringSeconds = 170 });
        var call = (string)started!["callId"]!;
        foreach (var socket in sockets)
            await socket.Hears("call.offer", call);
        return call;
    }

    private async Task<PlainClient> Notices(string userId, string device)
    {
        var socket = await PlainClient.Connect(
            _service.Address, $"/ws/notifications/?token={Service.Token(userId)}&deviceId={device}");
        await socket.Hears("connection.ack");
        return socket;
    }

    private async Task<PlainClient> Registered(string userId)
    {
        var socket = await PlainClient.Connect(_service.Address, "/");
        await socket.Send(new { type = "register-user", userId, accessToken = Service.Token(userId) });
        await socket.Hears("registered");
        return socket;
    }

    private Task<(int Status, JsonNode? Body)> Post(string userId, string call, string what) =>
        _service.Send(HttpMethod.Post, $"/api/calls/{call}/{what}", Service.Token(userId));
}
