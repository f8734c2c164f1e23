using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansCalls.Tests.Dialects;

/// <summary>Document 000: its checklist, line by line, with the real socket.io-client.</summary>
public sealed class ChannelTests : SocketIoTestBase
{
    private static readonly object Offer = new { type = "offer", sdp = "v=0 offer" };
    private static readonly object Answer = new { type = "answer", sdp = "v=0 answer" };

    protected override string? Dialect => "000";

    /// <summary>call-invite: relay to callee once per channelId and include the full payload, including offer.</summary>
    [Need(Need.SocketIoClient)]
    public async Task Invite_IsRelayedOnce_WithTheWholePayload_TheOffer_AndFrom()
    {
        var alice = await Connect("alice");
        var bob = await Connect("bob");
        var invite = new
        {
            channelId = "ch1", to = "bob", offer = Offer, callerName = "Ann 👋", isVideo = true, tries = 3, empty = (string?)null,
            extra = new { avatar = "a.png", tags = new[] { "x", "y" } },
        };
        Assert.Null(await alice.Ask("call-invite", invite));
        var relayed = await bob.Hears("call-invite");
        var expected = JsonSerializer.SerializeToNode(invite)!;
        expected["from"] = "alice";
        Assert.True(JsonNode.DeepEquals(expected, relayed), relayed.ToJsonString());

        Assert.Null(await alice.Ask("call-invite", invite));
        Assert.Empty(await bob.Rest());
        Assert.Empty(await alice.Rest());
        var (_, call) = await Service.Send(HttpMethod.Get, "/api/v1/calls/ch1", Service.Token("alice"));
        Assert.Equal(TimeSpan.FromSeconds(180), (DateTimeOffset)call!["ringUntil"]! - (DateTimeOffset)call["createdAt"]!);
    }

    /// <summary>call-invite: send FCM to callee once per channelId. Call ended or timed out: no further invite or FCM.</summary>
    [Need(Need.SocketIoClient)]
    public async Task CalleeWithoutASocket_IsPushedOncePerChannel_AndGetsTheInviteWhenItConnects()
    {
        await using var fcm = await FakeFcm.Start();
        var pushes = System.Threading.Channels.Channel.CreateUnbounded<JsonElement>();
        fcm.OnTaken = message => pushes.Writer.TryWrite(message);
        await using var service = await Service.Start(
            $"Push:Fcm:CredentialsFile={fcm.CredentialsFile}", $"Push:Fcm:Endpoint={fcm.Address}",
            "Push:AttemptTimeoutSeconds=20");
        await service.Send(
            HttpMethod.Put, "/api/v1/devices/phone/push-token", Service.Token("bob"), new { provider = "fcm", token = "t" });
        var alice = Keep(await SocketIoClient.Connect(service, "alice"));
        await alice.Ask("call-invite", new { channelId = "ch1", to = "bob", offer = Offer });
        var push = (await pushes.Reader.ReadAsync().AsTask().WaitAsync(Until.Patience)).ToString();
        Assert.Contains("call_incoming", push, StringComparison.Ordinal);
        Assert.Contains("ch1", push, StringComparison.Ordinal);
        Assert.DoesNotContain("v=0", push, StringComparison.Ordinal);

        var bob = Keep(await SocketIoClient.Connect(service, "bob", dialect: "000"));
        Assert.Equal("v=0 offer", (string?)(await bob.Hears("call-invite", "ch1"))["offer"]!["sdp"]);
        await bob.Emit("call-reject", new { channelId = "ch1" });
        await alice.Hears("call-ended", "ch1");
        await alice.Emit("call-invite", new { channelId = "ch1", to = "bob", offer = Offer });
        await alice.Hears("call-ended", "ch1");
        Assert.Equal(["call-ended"], await bob.Rest());
        while (pushes.Reader.TryRead(out var other))
            Assert.DoesNotContain("call_incoming", other.ToString(), StringComparison.Ordinal);
    }

    /// <summary>
    /// call-reject: cancel the ring timer, mark the call as ended, call-rejected to the caller; call-ended to the callee.
    /// call-invite: if the channel is ended, neither relay nor push, but call-ended to the caller.
    /// </summary>
    [Need(Need.SocketIoClient)]
    public async Task Reject_EndsForBoth_AndTheChannelNeverRingsAgain()
    {
        var (alice, bob) = await Ringing("ch1");
        await bob.Emit("call-reject", new { channelId = "ch1" });
        Assert.Equal("""{"channelId":"ch1"}""", (await alice.Hears("call-rejected")).ToJsonString());
        Assert.Equal("""{"channelId":"ch1","reason":"rejected"}""", (await bob.Hears("call-ended")).ToJsonString());
        await alice.Hears("call-ended", "ch1");

        for (var again = 0; again < 2; again++)
        {
            Assert.Null(await alice.Ask("call-invite", new { channelId = "ch1", to = "bob", offer = Offer }));
            Assert.Equal("""{"channelId":"ch1","reason":"rejected"}""", (await alice.Hears("call-ended")).ToJsonString());
        }

        // Nor under somebody else's hand.
        Assert.Null(await bob.Ask("call-invite", new { channelId = "ch1", to = "alice", offer = Offer }));
        await bob.Hears("call-ended", "ch1");
        Assert.Empty(await bob.Rest());
        Assert.Empty(await alice.Rest());
    }

    /// <summary>call-ended: when either party sends call-end, emit call-ended to the other peer and also to the sender.</summary>
    [NeedTheory(Need.SocketIoClient)]
    [InlineData(true, true, "completed")]
    [InlineData(false, true, "completed")]
    [InlineData(true, false, "cancelled")]
    [InlineData(false, false, "rejected")]
    public async Task End_ReachesBoth_Once(bool byCaller, bool answered, string reason)
    {
        var (alice, bob) = await Ringing("ch1");
        if (answered)
        {
            await bob.Emit("call-accept", new { channelId = "ch1", answer = Answer });
            Assert.Equal(
                """{"channelId":"ch1","answer":{"type":"answer","sdp":"v=0 answer"}}""",
                (await alice.Hears("call-accepted")).ToJsonString());
        }

        await (byCaller ? alice : bob).Emit("call-end", new { channelId = "ch1" });
        Assert.Equal(reason, (string?)(await alice.Hears("call-ended", "ch1"))["reason"]);
        Assert.Equal(reason, (string?)(await bob.Hears("call-ended", "ch1"))["reason"]);
        Assert.Null(await alice.Ask("call-end", new { channelId = "ch1" }));
        Assert.DoesNotContain("call-ended", await alice.Rest());
        Assert.Empty(await bob.Rest());
    }

    /// <summary>call-ended on timeout, to both, with a missed call for the callee.</summary>
    [Need(Need.SocketIoClient)]
    public async Task Timeout_EndsForBoth_AndIsAMissedCall()
    {
        var (alice, bob) = await Ringing("ch1", ringSeconds: 10);
        Assert.Equal("""{"channelId":"ch1","reason":"no_answer"}""", (await alice.Hears("call-ended")).ToJsonString());
        Assert.Equal("""{"channelId":"ch1","reason":"no_answer"}""", (await bob.Hears("call-ended")).ToJsonString());
        // History is written beside the end, not before it.
        var missed = await Until.Found(
            async () =>
                (await Service.Send(HttpMethod.Get, "/api/v1/calls?state=missed", Service.Token("bob"))).Body!["items"]!.AsArray()
                    .FirstOrDefault(),
            "a missed call");
        Assert.Equal("ch1", (string?)missed["callId"]);
    }

    /// <summary>
    /// call-request-offer: if the call exists and the socket user is the callee, the server responds with call-offer.
    /// </summary>
    [Need(Need.SocketIoClient)]
    public async Task RequestOffer_IsForTheCallee_AndNobodyElse()
    {
        var (alice, bob) = await Ringing("ch1");
        await bob.Emit("call-request-offer", new { channelId = "ch1" });
        Assert.Equal(
            """{"channelId":"ch1","offer":{"type":"offer","sdp":"v=0 offer"}}""", (await bob.Hears("call-offer")).ToJsonString());

        var stranger = await Connect("mallory");
        Assert.Equal("forbidden", await stranger.Ask("call-request-offer", new { channelId = "ch1" }));
        Assert.Equal("channelId code message", SocketIoClient.Fields(await stranger.Hears("call-error", "ch1")));
        Assert.Equal("forbidden", await alice.Ask("call-request-offer", new { channelId = "ch1" }));
        Assert.Equal("not_found", await bob.Ask("call-request-offer", new { channelId = "none" }));
    }

    [Need(Need.SocketIoClient)]
    public async Task PeopleWhoInviteEachOther_AreInOneCall()
    {
        var (alice, bob) = await Ringing("ch1");
        Assert.Null(await bob.Ask("call-invite", new { channelId = "ch2", to = "alice", offer = Offer }));
        Assert.Equal("""{"channelId":"ch2","reason":"replaced"}""", (await bob.Hears("call-ended")).ToJsonString());
        Assert.Empty(await alice.Rest());
        await bob.Emit("call-accept", new { channelId = "ch1", answer = Answer });
        Assert.Equal("v=0 answer", (string?)(await alice.Hears("call-accepted", "ch1"))["answer"]!["sdp"]);
        await alice.Emit("call-end", new { channelId = "ch1" });
        await bob.Hears("call-ended", "ch1");
    }

    [Need(Need.SocketIoClient)]
    public async Task Candidates_GoBothWays()
    {
        var (alice, bob) = await Ringing("ch1");
        var early = new { candidate = "candidate:1 early", sdpMid = "0", sdpMLineIndex = 0 };
        await alice.Emit("ice-candidate", new { channelId = "ch1", candidate = early });
        await bob.Emit("call-accept", new { channelId = "ch1", answer = Answer });
        Assert.Equal(
            """{"channelId":"ch1","candidate":{"candidate":"candidate:1 early","sdpMid":"0","sdpMLineIndex":0},"from":"alice"}""",
            (await bob.Hears("ice-candidate")).ToJsonString());
        await alice.Hears("call-accepted");
        await bob.Emit("ice-candidate", new { channelId = "ch1", candidate = "candidate:2" });
        Assert.Equal(
            """{"channelId":"ch1","candidate":"candidate:2","from":"bob"}""",
            (await alice.Hears("ice-candidate")).ToJsonString());
        await bob.Emit("ice-candidate", new { channelId = "ch1", candidate = (string?)null });
        Assert.Equal(
            """{"channelId":"ch1","candidate":null,"from":"bob"}""", (await alice.Hears("ice-candidate")).ToJsonString());
    }

    [NeedTheory(Need.SocketIoClient)]
    [InlineData("""{"channelId":"x","to":"bob"}""", "invalid_argument")]
    [InlineData("""{"channelId":"x","to":"bob","offer":"v=0"}""", "invalid_argument")]
    [InlineData("""{"channelId":"x","to":"bob","offer":{"type":"answer","sdp":"v=0"}}""", "invalid_argument")]
    [InlineData("""{"channelId":"x","offer":{"type":"offer","sdp":"v=0"}}""", "invalid_argument")]
    [InlineData("""{"channelId":"x","to":"alice","offer":{"type":"offer","sdp":"v=0"}}""", "invalid_argument")]
    [InlineData("""{"channelId":"x y","to":"bob","offer":{"type":"offer","sdp":"v=0"}}""", "invalid_argument")]
    [InlineData("""{"channelId":{},"to":"bob","offer":{"type":"offer","sdp":"v=0"}}""", "invalid_argument")]
    [InlineData("""{"callId":"x","receiverId":"bob","offer":{"type":"offer","sdp":"v=0"}}""", "invalid_argument")]
    [InlineData("""{"channelId":"x","to":["bob"],"offer":{"type":"offer","sdp":"v=0"}}""", "invalid_argument")]
    public async Task Invite_ThatIsWrong_IsACallError(string invite, string code)
    {
        var alice = await Connect("alice");
        var bob = await Connect("bob");
        Assert.Equal(code, await alice.Ask("call-invite", JsonNode.Parse(invite)));
        var error = await alice.Hears("call-error");
        Assert.Equal(("channelId code message", code), (SocketIoClient.Fields(error), (string?)error["code"]));
        Assert.Empty(await bob.Rest());
    }

    [Need(Need.SocketIoClient)]
    public async Task InviteWithMoreThanMetadataHolds_IsRefused_ALargeOfferIsNot()
    {
        var alice = await Connect("alice");
        var bob = await Connect("bob");
        var large = new { type = "offer", sdp = "m=video " + new string('v', 64 * 1024 - 8) };
        var note = new string('n', 4096);
        Assert.Equal("too_large", await alice.Ask("call-invite", new { channelId = "ch1", to = "bob", offer = Offer, note }));
        Assert.Null(await alice.Ask("call-invite", new { channelId = "ch2", calleeId = "bob", offer = large }));
        Assert.Equal(large.sdp, (string?)(await bob.Hears("call-invite", "ch2"))["offer"]!["sdp"]);
        var (_, call) = await Service.Send(HttpMethod.Get, "/api/v1/calls/ch2", Service.Token("alice"));
        Assert.Equal("video", (string?)call!["media"]);
    }

    private async Task<(SocketIoClient Alice, SocketIoClient Bob)> Ringing(string channelId, int? ringSeconds = null)
    {
        var alice = await Connect("alice");
        var bob = await Connect("bob");
        Assert.Null(await alice.Ask("call-invite", new { channelId, receiverId = "bob", offer = Offer, ringSeconds }));
        await bob.Hears("call-invite", channelId);
        return (alice, bob);
    }
}
