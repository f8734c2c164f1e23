namespace OrleansCalls.Tests.Dialects.Descriptions;

/// <summary>
/// Every message that goes over any socket is one of <c>/asyncapi/v1.json</c>, with a payload of its schema, and every message of
/// the description is one that goes over a socket.
/// </summary>
public sealed class AsyncApiTests : IAsyncLifetime
{
    private Service _service = null!;
    private SocketDescription _description = null!;

    public async Task InitializeAsync()
    {
        _service = await Service.Start(
            "Rooms:0:Id=hall", "Rooms:0:Members=ra,rb", "Gateway:MessageBurst=100000", "Ice:TurnUrls=turn:turn.example.org",
            "Ice:TurnSecret=shh");
        _description = await SocketDescription.Read(_service);
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Traffic_AndDescription_AreOfTheSameMessages()
    {
        await using var resigned = await HubTap.Connect(_service, _description, "hx", "x1");
        await resigned.Hears("OpenCalls");
        await Task.WhenAll(Hub(), Channels(), Notifications(), Agora(), Rooms(), Unknown());

        // A server that goes away tells who is there.
        await _service.Stop();
        await resigned.Hears("Reconnect");
        Assert.True(_description.Faults.Count == 0, string.Join('\n', _description.Faults));
        Assert.True(!_description.Unseen.Any(), $"Never seen: {string.Join(", ", _description.Unseen)}");
    }

    private async Task Hub()
    {
        await using var alice = await ConnectHub("ha", "a1");
        await using var bob = await ConnectHub("hb", "b1");
        await using var tablet = await ConnectHub("hb", "b2");
        await using var carol = await ConnectHub("hc", "c1");

        await bob.Send("WatchPresence", new { userIds = new[] { "hz" } });
        await using (await ConnectHub("hz", "z1"))
            await bob.Hears("PresenceChanged");
        await bob.Send("UnwatchPresence", new { userIds = new[] { "hz" } });
        await bob.Send("SetPushToken", new { provider = "fcm", token = "t" });
        await bob.Send("ClearPushToken", new { provider = "fcm" });

        await alice.Send(
            "StartCall",
            new
            {
                callId = "h1", calleeIds = new[] { "hb" }, media = "video", metadata = new { room = "1" }, conversationId = "7",
            });
        await bob.Hears("CallIncoming", "h1");
        await bob.Send("AckRinging", new { callId = "h1" });
        await alice.Hears("CallProgress", "h1");
        await alice.Send("SendSignal", new { callId = "h1", kind = "offer", payload = new { type = "offer", sdp = "v=0" } });
        await bob.Hears("SignalReceived", "h1");
        await bob.Send("RequestOffer", new { callId = "h1" });
        await bob.Send("AcceptCall", new { callId = "h1", ready = false });
        await alice.Hears("CallAccepted", "h1");
        await bob.Send("ReadyCall", new { callId = "h1", answer = new { type = "answer", sdp = "v=1" } });
        await alice.Hears("CallReady", "h1");
        await bob.Send("ReportMedia", new { callId = "h1", state = "connected", audio = true });
        await bob.Send("ReportMedia", new
        {
            callId = "h1", state = "connected",
            stats = new { lossPercent = 1.5, level = "good", roundTripMs = 40, jitterMs = 3.2, route = "relay" },
        });
        await alice.Send("InviteToCall", new { callId = "h1", calleeIds = new[] { "hc" } });
        await carol.Hears("CallIncoming", "h1");
        await alice.Hears("CallUpdated", "h1");
        await carol.Send("SilenceCall", new { callId = "h1" });
        await carol.Send("RejectCall", new { callId = "h1", reason = "no" });
        await alice.Hears("CallRejected", "h1");
        await bob.Send("GetCall", new { callId = "h1" });
        await bob.Send("GetOpenCalls");
        await tablet.Send("MoveCall", new { callId = "h1" });
        await using (var seen = await HubTap.Connect(_service, _description, "ha", "a2", "&platform=web&seqs=h1:1"))
            Assert.NotEmpty((await seen.Hears("OpenCalls"))["calls"]![0]!["events"]!.AsArray());
        await alice.Send("EndCall", new { callId = "h1" });
        await tablet.Hears("CallEnded", "h1");
        await alice.Send("RateCall", new { callId = "h1", stars = 4 });

        await alice.Send(
            "StartCall",
            new { callId = "h2", calleeIds = new[] { "hb" }, media = "audio", offer = new { type = "offer", sdp = "v=0" } });
        await alice.Send("EndCall", new { callId = "h2" });
        await bob.Hears("CallEnded", "h2");
        await bob.Send("GetHistory", new { limit = 1 });
        await bob.Send("AckMissedCalls", new { upTo = TimeProvider.System.GetUtcNow() });
        await tablet.Hears("MissedCallsAcked");
        await bob.Send("GetIceServers");
        await bob.Send("GetSettings");
        await bob.Send("ChangeSettings", new { callWaiting = true });
        await tablet.Hears("SettingsChanged");
        var test = _service.Send(HttpMethod.Post, "/api/v1/test-ring", Service.Token("hb"), new { deviceId = "b1" });
        await bob.Send("AckTestRing", new { testId = (string)(await bob.Hears("TestRing"))["testId"]! });
        Assert.Equal("rings", (string?)(await test).Body!["devices"]![0]!["verdict"]);
        await Notify("hb");
        await bob.Hears("NotificationReceived");
        Assert.StartsWith(
            "not_found", (await bob.Ask("GetCall", new { callId = "nothing" })).Error!.Split("HubException: ")[^1],
            StringComparison.Ordinal);
        await using var again = await ConnectHub("hc", "c1");
        await carol.Hears("Displaced");
    }

    private async Task Channels()
    {
        await using var alice = await ConnectSocketIo("000", "ca");
        await using var bob = await ConnectSocketIo("000", "cb");
        var offer = new { type = "offer", sdp = "v=0" };
        await alice.Send(
            "call-invite", new { channelId = "c1", to = "cb", offer, callerName = "Alice", room = new { number = 7 } });
        await bob.Hears("call-invite", "c1");
        await bob.Send("call-request-offer", new { channelId = "c1" });
        await bob.Hears("call-offer", "c1");
        await bob.Send("call-accept", new { channelId = "c1", answer = new { type = "answer", sdp = "v=1" } });
        await alice.Hears("call-accepted", "c1");
        await alice.Send("ice-candidate", new { channelId = "c1", candidate = new { candidate = "x" } });
        await bob.Hears("ice-candidate", "c1");
        await alice.Send("call-end", new { channelId = "c1" });
        await bob.Hears("call-ended", "c1");
        await alice.Send("call-invite", new { channelId = "c2", calleeId = "cb", offer });
        await bob.Hears("call-invite", "c2");
        await bob.Send("call-reject", new { channelId = "c2" });
        await alice.Hears("call-rejected", "c2");
        await alice.Hears("call-ended", "c2");
        await bob.Send("call-accept", new { channelId = "nothing" });
        await bob.Hears("call-error");
        await bob.Hears("call-ended");
    }

    private async Task Notifications()
    {
        await using var notices = await Plain("dialect-001", "/ws/notifications/?deviceId=d", "nb");
        await notices.Hears("connection.ack");
        await using var hers = await Plain("dialect-001", "/ws/notifications/?deviceId=d", "na");
        await hers.Hears("connection.ack");
        // On the pages of both, the signalling goes over the socket of the chat, and comes over either.
        await using var chat = await Plain("dialect-001-chat", "/ws/chat/7/?deviceId=d", "nb");
        await using var her = await Plain("dialect-001-chat", "/ws/chat/7/?deviceId=d", "na");
        foreach (var (alice, bob) in new[] { (her, chat), (hers, notices) })
        {
            var call = await Initiate("nb");
            await bob.Hears("call.incoming", call);
            await alice.Send("call.offer", new { call_id = call, offer = new { type = "offer", sdp = "v=0" } });
            await bob.Hears("call.offer", call);
            await bob.Send("call.answer", new { call_id = call, answer = new { type = "answer", sdp = "v=1" } });
            await alice.Hears("call.answer", call);
            await alice.Send("call.ice_candidate", new { call_id = call, candidate = new { candidate = "x" } });
            await bob.Hears("call.ice_candidate", call);
            await alice.Send("call.end", new { call_id = call });
            await bob.Hears("call.end", call);
            call = await Initiate("nb");
            await bob.Hears("call.incoming", call);
            await bob.Send("call.reject", new { call_id = call, reason = "no" });
            await alice.Hears("call.reject", call);
            await alice.Hears("call.end", call);
            await bob.Send("call.offer", new { call_id = "nothing", offer = new { } });
            await bob.Hears("call.error");
        }

        await Notify("nb");
        await notices.Hears("notification.created");

        async Task<string> Initiate(string receiver)
        {
            var (_, call) = await _service.Send(
                HttpMethod.Post, "/calls/initiate/", Service.Token("na"),
                new { receiver_id = receiver, call_type = "voice", conversation_id = "7" });
            return (string)call!["call_id"]!;
        }
    }

    private async Task Agora()
    {
        await using var alice = await ConnectSocketIo("002", "aa");
        await using var bob = await ConnectSocketIo("002", "ab");
        await using var carol = await ConnectSocketIo("002", "ac");
        // The shortest ring takes ten seconds.
        await carol.Send("call:initiate", new { callId = "g0", receiverId = "nobody", callType = "VIDEO", ringSeconds = 10 });
        await alice.Send(
            "call:initiate", new { callId = "g1", receiverId = "ab", callType = "VIDEO", channelName = "c", agoraToken = "t" });
        await bob.Hears("call:incoming", "g1");
        await bob.Send("call:accept", new { callId = "g1" });
        await alice.Hears("call:accepted", "g1");
        await using (var dan = await ConnectSocketIo("002", "ad"))
        {
            await dan.Send("call:initiate", new { callId = "g2", receiverId = "ab", callType = "AUDIO" });
            await dan.Hears("call:busy", "g2");
        }

        await alice.Send("call:end", new { callId = "g1" });
        await bob.Hears("call:ended", "g1");
        await alice.Send("call:initiate", new { callId = "g3", receiverId = "ab", callType = "VIDEO" });
        await bob.Hears("call:incoming", "g3");
        await bob.Send("call:reject", new { callId = "g3" });
        await alice.Hears("call:rejected", "g3");
        await bob.Hears("call:reject:confirmed", "g3");
        await alice.Send("call:initiate", new { callId = "g4", receiverId = "ab", callType = "VIDEO" });
        await bob.Hears("call:incoming", "g4");
        await alice.Send("call:end", new { callId = "g4" });
        await bob.Hears("call:cancelled", "g4");
        await bob.Send("call:accept", new { callId = "nothing" });
        await bob.Hears("call:error");

        // Who has been called is watched.
        await alice.Send("call:initiate", new { callId = "g5", receiverId = "ae", callType = "VIDEO" });
        await alice.Send("call:end", new { callId = "g5" });
        await alice.Hears("call:ended", "g5");
        await using (await ConnectSocketIo("002", "ae"))
            await alice.Hears("user:online");
        await alice.Hears("user:offline");
        await carol.Hears("call:timeout", "g0");
    }

    private async Task Rooms()
    {
        await using var alice = await ConnectSocketIo("003", "ra");
        await alice.Send("register-user", new { userId = "ra" });
        await alice.Hears("registered");
        await using var bob = await Plain("dialect-003-plain", "/ws", null);
        await bob.Send("register-user", new { userId = "rb", accessToken = Service.Token("rb") });
        await bob.Hears("registered");
        foreach (var (caller, callee, name, other) in new (Tap, Tap, string, string)[]
        {
            (alice, bob, "ra", "rb"), (bob, alice, "rb", "ra"),
        })
        {
            var call = await Post(
                "initiate", name, new { roomId = "hall", callType = "video", accessToken = Service.Token(name), userId = name });
            await callee.Hears("incoming-call", call);
            await Post($"{call}/answer", other, new { accessToken = Service.Token(other), userId = other });
            await caller.Hears("call-answered", call);
            await Post($"{call}/end", name, new { accessToken = Service.Token(name), userId = name });
            await callee.Hears("call-ended", call);
            call = await Post(
                "initiate", name, new { roomId = "hall", callType = "voice", accessToken = Service.Token(name), userId = name });
            await callee.Hears("incoming-call", call);
            await Post($"{call}/reject", other, new { accessToken = Service.Token(other), userId = other, reason = "no" });
            await caller.Hears("call-rejected", call);
            await caller.Hears("call-ended", call);
        }

        await alice.Send("register-user", new { userId = "rb" });
        await alice.Hears("error");
        await bob.SendUnknown();
        await bob.Hears("error");

        async Task<string> Post(string what, string userId, object body)
        {
            var (status, answer) = await _service.Send(HttpMethod.Post, $"/api/calls/{what}", token: null, body);
            Assert.True(status == 200, $"{userId} {what}: {status} {answer}");
            return (string)answer!["callId"]!;
        }
    }

    private async Task Unknown()
    {
        await using var nobody = await SocketIoTap.Connect(_service, _description, null, "ua");
        await nobody.SendUnknown();
        await nobody.Hears("error");
    }

    private async Task<HubTap> ConnectHub(string userId, string device)
    {
        var hub = await HubTap.Connect(_service, _description, userId, device);
        await hub.Hears("OpenCalls");
        return hub;
    }

    private async Task<SocketIoTap> ConnectSocketIo(string dialect, string userId) =>
        await SocketIoTap.Connect(_service, _description, dialect, userId);

    private Task<PlainTap> Plain(string channel, string path, string? userId) =>
        PlainTap.Connect(_service, _description, channel, path, userId);

    private async Task Notify(string userId)
    {
        var (status, _) = await _service.Send(
            HttpMethod.Post, $"/api/v1/admin/users/{userId}/notify", Service.Token("operator", null, "admin"),
            new { type = "hello", payload = new { a = 1 } });
        Assert.Equal(200, status);
    }
}
