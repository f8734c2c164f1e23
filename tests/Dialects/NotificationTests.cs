using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansCalls.Tests.Dialects;

/// <summary>001: the document's three tests and its flow, numbered as there, and what a page with two sockets needs.</summary>
public sealed class NotificationTests : IAsyncLifetime
{
    private Service _service = null!;

    public async Task InitializeAsync() => _service = await Service.Start();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Test1_CallerOnTheChatPage_CalleeOnTheFeed_TheCallWorks()
    {
        await using var alice = await NotificationPage.Open(_service, "1", chat: "9");
        await using var bob = await NotificationPage.Open(_service, "2");
        var call = await alice.Call("2", "9");
        await bob.Notices.Hears("call.incoming", call);
        await bob.Notices.Hears("call.offer", call);
        await bob.SendAnswer(call);
        Assert.Equal("v=0 answer", (string?)(await alice.Chat!.Hears("call.answer", call))["answer"]!["sdp"]);
        await Candidates(alice, bob, call);
    }

    [Fact]
    public async Task Test2_BothOnOtherPages_TheCallWorks()
    {
        await using var alice = await NotificationPage.Open(_service, "1");
        await using var bob = await NotificationPage.Open(_service, "2");
        var call = await alice.Call("2", "9");
        await bob.Notices.Hears("call.incoming", call);
        await bob.Notices.Hears("call.offer", call);
        await bob.SendAnswer(call);
        await alice.Notices.Hears("call.answer", call);
        await Candidates(alice, bob, call);
    }

    [Fact]
    public async Task Test3_BothOnTheChatPage_EachMessageComesOnceOverEachSocket()
    {
        await using var alice = await NotificationPage.Open(_service, "1", chat: "9");
        await using var bob = await NotificationPage.Open(_service, "2", chat: "9");
        var call = await alice.Call("2", "9");
        foreach (var socket in new[] { bob.Notices, bob.Chat! })
        {
            Assert.Equal("call.incoming", Text(await socket.HearsNext(), "type"));
            Assert.Equal("call.offer", Text(await socket.HearsNext(), "type"));
        }

        await bob.SendAnswer(call);
        await alice.Notices.Hears("call.answer", call);
        await alice.Chat!.Hears("call.answer", call);
        await alice.Signalling.Send(new { type = "call.end", call_id = call });
        foreach (var socket in new[] { alice.Notices, alice.Chat!, bob.Notices, bob.Chat! })
        {
            await socket.Hears("call.end", call);
            Assert.Empty(socket.Rest());
        }
    }

    [Fact]
    public async Task Flow_InTenSteps_EveryMessageHasItsFields()
    {
        await using var alice = await NotificationPage.Open(_service, "1", chat: "9");
        await using var bob = await NotificationPage.Open(_service, "2");

        // 1, 2: the call is created.
        var created = await alice.Initiate(new { receiver_id = 2, call_type = "voice", conversation_id = 9 });
        var call = (string)created["call_id"]!;
        Assert.Equal(call, (string?)created["id"]);
        Assert.Equal(("1", "2", "9", "voice", "ringing"), (Text(created, "caller_id"), Text(created, "receiver_id"),
            Text(created, "conversation_id"), Text(created, "call_type"), Text(created, "status")));

        // 3, 4: it rings wherever the receiver is.
        var incoming = await bob.Notices.HearsNext();
        var described = $$"""
            "call_id":"{{call}}","caller_id":"1","caller_username":"1","call_type":"voice","conversation_id":"9"
            """;
        Assert.Equal($$"""{"type":"call.incoming",{{described}}}""", incoming.ToJsonString());

        // 5, 6: the offer; whatever the sender says of itself, the service says who it is.
        await alice.Signalling.Send(new
        {
            type = "call.offer", call_id = call, caller_id = "99", caller_username = "the bank", call_type = "video",
            offer = new { type = "offer", sdp = "v=0 offer" },
        });
        Assert.Equal(
            $$$"""{"type":"call.offer",{{{described}}},"offer":{"type":"offer","sdp":"v=0 offer"}}""",
            (await bob.Notices.HearsNext()).ToJsonString());

        // 7, 8, 9: the answer.
        var answer = new { type = "answer", sdp = "v=0 answer" };
        await bob.Notices.Send(new { type = "call.answer", call_id = call, receiver_id = "99", answer });
        Assert.Equal(
            $$$"""{"type":"call.answer","call_id":"{{{call}}}","answer":{"type":"answer","sdp":"v=0 answer"},"receiver_id":"2"}""",
            (await alice.Chat!.HearsNext()).ToJsonString());

        // 10: the peers find each other, and part.
        await Candidates(alice, bob, call);
        await bob.Notices.Send(new { type = "call.end", call_id = call });
        Assert.Equal(call, Text(await alice.Chat!.Hears("call.end"), "call_id"));
        Assert.Equal(call, Text(await alice.Notices.Hears("call.end"), "call_id"));
    }

    [Fact]
    public async Task Receiver_WhoComesLater_RingsThen_WithTheOffer()
    {
        await using var alice = await NotificationPage.Open(_service, "1");
        var call = await alice.Call("2", "9");
        await using var bob = await NotificationPage.Open(_service, "2");
        await bob.Notices.Hears("call.incoming", call);
        Assert.Equal("v=0 offer", (string?)(await bob.Notices.Hears("call.offer", call))["offer"]!["sdp"]);
    }

    [Fact]
    public async Task Receiver_WithoutASocket_IsPushed_AndTheCallIsOverWhenTheyComeLate()
    {
        await using var fcm = await FakeFcm.Start();
        var pushed = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        fcm.OnTaken = message => pushed.TrySetResult(message);
        await using var service = await Service.Start(
            $"Push:Fcm:CredentialsFile={fcm.CredentialsFile}", $"Push:Fcm:Endpoint={fcm.Address}",
            "Push:AttemptTimeoutSeconds=20");
        var (status, _) = await service.Send(
            HttpMethod.Put, "/api/v1/devices/phone/push-token", Service.Token("2"), new { provider = "fcm", token = "t" });
        Assert.Equal(204, status);
        await using var alice = await NotificationPage.Open(service, "1");
        var call = await alice.Call("2", "9");
        var push = (await pushed.Task.WaitAsync(TimeSpan.FromSeconds(30))).ToString();
        Assert.Contains("call_incoming", push, StringComparison.Ordinal);
        Assert.Contains(call, push, StringComparison.Ordinal);

        await alice.Notices.Send(new { type = "call.end", call_id = call });
        await alice.Notices.Hears("call.end", call);
        // It does not ring any more; what became of the last calls everybody is told who connects.
        await using var bob = await NotificationPage.Open(service, "2");
        Assert.Equal("cancelled", (string?)(await bob.Notices.HearsNext())["reason"]);
    }

    [Fact]
    public async Task Caller_WhoLeavesTheChatPage_StaysInTheCall()
    {
        await using var alice = await NotificationPage.Open(_service, "1", chat: "9");
        await using var bob = await NotificationPage.Open(_service, "2");
        var call = await alice.Call("2", "9");
        await bob.Notices.Hears("call.offer", call);
        await bob.SendAnswer(call);
        await alice.Chat!.Hears("call.answer", call);
        await alice.Chat!.DisposeAsync();

        await alice.Notices.Send(new { type = "call.ice_candidate", call_id = call, candidate = new { candidate = "after" } });
        Assert.Equal("after", (string?)(await bob.Notices.Hears("call.ice_candidate", call))["candidate"]!["candidate"]);
        await bob.Notices.Send(new { type = "call.offer", call_id = call, offer = new { type = "offer", sdp = "v=0 again" } });
        var again = await alice.Notices.Hears("call.offer", call);
        Assert.Equal(("v=0 again", "1"), ((string?)again["offer"]!["sdp"], Text(again, "caller_id")));
        await alice.Notices.Send(
            new { type = "call.answer", call_id = call, answer = new { type = "answer", sdp = "v=0 and again" } });
        Assert.Equal("v=0 and again", (string?)(await bob.Notices.Hears("call.answer", call))["answer"]!["sdp"]);
    }

    [Fact]
    public async Task Answer_SentOverBothSockets_ArrivesOnce()
    {
        await using var alice = await NotificationPage.Open(_service, "1");
        await using var bob = await NotificationPage.Open(_service, "2", chat: "9");
        var call = await alice.Call("2", "9");
        await bob.Chat!.Hears("call.offer", call);
        await bob.SendAnswer(call, bob.Chat);
        await bob.SendAnswer(call, bob.Notices);
        await alice.Notices.Hears("call.answer", call);
        await bob.Notices.Send(new { type = "call.end", call_id = call });
        Assert.Equal("call.end", (string?)(await alice.Notices.HearsNext())["type"]);
    }

    [Fact]
    public async Task OtherBrowserOfTheReceiver_StopsRinging_WhenOneAnswers()
    {
        await using var alice = await NotificationPage.Open(_service, "1");
        await using var bob = await NotificationPage.Open(_service, "2");
        await using var bobsPhone = await NotificationPage.Open(_service, "2", program: "Phone/1");
        var call = await alice.Call("2", "9");
        await bob.Notices.Hears("call.offer", call);
        await bobsPhone.Notices.Hears("call.offer", call);
        await bobsPhone.SendAnswer(call);
        Assert.Equal("answered_elsewhere", Text(await bob.Notices.Hears("call.end", call), "reason"));
    }

    [Fact]
    public async Task Page_ThatWasAway_HearsWhatItMissed_AndNothingTwice()
    {
        await using var alice = await NotificationPage.Open(_service, "1");
        await using var bob = await NotificationPage.Open(_service, "2");
        var answered = await alice.Call("2", "9");
        await bob.Notices.Hears("call.offer", answered);
        alice.Notices.Vanish();
        await bob.SendAnswer(answered);

        await using var back = await NotificationPage.Open(_service, "1");
        Assert.Equal("v=0 answer", (string?)(await back.Notices.Hears("call.answer", answered))["answer"]!["sdp"]);
        back.Notices.Vanish();
        await bob.Notices.Send(new { type = "call.end", call_id = answered });
        await bob.Notices.Hears("call.end", answered);
        await using var again = await NotificationPage.Open(_service, "1");
        var end = await again.Notices.HearsNext();
        Assert.Equal(("call.end", answered), (Text(end, "type"), Text(end, "call_id")));
    }

    [Fact]
    public async Task PageThatReconnects_BeforeItsOldSocketIsMissed_HearsTheEndToo()
    {
        // The old socket stays open, as one does whose phone has gone into a tunnel; what was told to it may not have been heard.
        await using var alice = await NotificationPage.Open(_service, "1");
        await using var bob = await NotificationPage.Open(_service, "2");
        var call = await alice.Call("2", "9");
        await bob.Notices.Hears("call.offer", call);
        await alice.Notices.Send(new { type = "call.end", call_id = call });
        await bob.Notices.Hears("call.end", call);
        await using var again = await NotificationPage.Open(_service, "2");
        Assert.Equal(call, Text(await again.Notices.Hears("call.end"), "call_id"));
        Assert.Empty(bob.Notices.Rest());
    }

    [Fact]
    public async Task Notice_OfTheAppsBackEnd_IsANotificationCreated_OnTheSocketForNoticesOnly()
    {
        await using var bob = await NotificationPage.Open(_service, "2", chat: "9");
        var body = new { type = "like", payload = new { post = 5 } };
        var (status, _) = await _service.Send(
            HttpMethod.Post, "/api/v1/admin/users/2/notify", Service.Token("ops", null, "admin"), body);
        Assert.Equal(200, status);
        var notice = await bob.Notices.Hears("notification.created");
        Assert.Equal(5, (int?)notice["payload"]!["post"]);
        Assert.Empty(bob.Chat!.Rest());
    }

    private static string? Text(JsonNode node, string field) => (string?)node[field];

    private static async Task Candidates(NotificationPage alice, NotificationPage bob, string call)
    {
        await alice.Signalling.Send(new { type = "call.ice_candidate", call_id = call, candidate = new { candidate = "a" } });
        var heard = await bob.Signalling.Hears("call.ice_candidate", call);
        Assert.Equal(("a", "1"), ((string?)heard["candidate"]!["candidate"], Text(heard, "sender_id")));
        await bob.Signalling.Send(new { type = "call.ice_candidate", call_id = call, candidate = new { candidate = "b" } });
        Assert.Equal("b", (string?)(await alice.Signalling.Hears("call.ice_candidate", call))["candidate"]!["candidate"]);
        await bob.Signalling.Send(new { type = "call.ice_candidate", call_id = call, candidate = (string?)null });
        var last = (await alice.Signalling.Hears("call.ice_candidate", call)).AsObject();
        Assert.True(last.ContainsKey("candidate") && last["candidate"] is null);
    }
}
