using System.Text.Json;

namespace OrleansCalls.Client.Tests;

/// <summary>Two clients and the real gateway: calls, and what is refused.</summary>
public sealed class CallTests : IAsyncLifetime
{
    private Service _service = null!;

    public async Task InitializeAsync() => _service = await Service.Start();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Call_FromStartToEnd_ReachesBothSides()
    {
        await using var alice = await Phone.Start(_service.Address, "alice", "a1");
        await using var bob = await Phone.Start(_service.Address, "bob", "b1");
        var call = await alice.Client.StartCallAsync(new StartCallRequest
        {
            CalleeIds = ["bob"], Media = CallMedia.Video, Offer = SessionDescription.Offer("v=0 offer"), ConversationId = "room",
            Metadata = new Dictionary<string, string> { ["k"] = "v" }, RingSeconds = 90,
        });
        Assert.Equal(
            (CallState.Ringing, "alice", "room", "v"), (call.State, call.Caller.Id, call.ConversationId, call.Metadata!["k"]));

        var ring = (await bob.Next<CallIncoming>()).Call;
        Assert.Equal(
            (call.CallId, CallMedia.Video, "ALICE", "v=0 offer"), (ring.CallId, ring.Media, ring.Caller.Name, ring.Offer!.Sdp));
        Assert.True(ring.RingsFor("bob"));
        Assert.False(ring.RingsFor("alice"));
        Assert.Equal(90, (ring.RingUntil - ring.CreatedAt).TotalSeconds, 1.0);
        await alice.Client.SendSignalAsync(call.CallId, SignalKind.Candidate, Json("""{"candidate":"early"}"""));
        await bob.Client.AckRingingAsync(call.CallId);
        await alice.Next<CallProgress>(progress => progress is { UserId: "bob", Stage: RingStage.Ringing });
        Assert.Equal("v=0 offer", (await bob.Client.RequestOfferAsync(call.CallId))!.Sdp);

        await bob.Client.AcceptCallAsync(call.CallId, ready: false);
        Assert.Equal("b1", (await alice.Next<CallAccepted>()).DeviceId);
        Assert.Equal("early", (await bob.Next<SignalReceived>()).Payload.GetProperty("candidate").GetString());
        await bob.Client.ReadyCallAsync(call.CallId, SessionDescription.Answer("v=0 answer"));
        Assert.Equal("v=0 answer", (await alice.Next<CallReady>()).Answer!.Sdp);
        await bob.Client.SendSignalAsync(call.CallId, SignalKind.EndOfCandidates);
        Assert.Equal(
            ("bob", SignalKind.EndOfCandidates), await alice.Next<SignalReceived>() is var s ? (s.FromUserId, s.Kind) : default);
        await bob.Client.SendSignalAsync(call.CallId, SignalKind.Candidate);
        Assert.Equal(
            (SignalKind.Candidate, JsonValueKind.Null),
            await alice.Next<SignalReceived>() is var n ? (n.Kind, n.Payload.ValueKind) : default);
        await bob.Client.ReportMediaAsync(call.CallId, MediaState.Connected, audio: true);
        Assert.Equal(CallState.Active, (await alice.Client.GetCallAsync(call.CallId)).State);
        Assert.Equal(call.CallId, Assert.Single(await bob.Client.GetOpenCallsAsync()).CallId);

        await alice.Client.EndCallAsync(call.CallId, "done");
        foreach (var phone in new[] { alice, bob })
        {
            var end = await phone.Next<CallEnded>();
            Assert.Equal((EndReason.Completed, "alice", true), (end.Reason, end.EndedBy, end.DurationMs is not null));
            Assert.Equal(phone.Of(call.CallId).Distinct(), phone.Of(call.CallId));
        }
    }

    [Fact]
    public async Task MissedCall_IsInTheHistory_UntilAcknowledgedOnOneDevice()
    {
        await using var alice = await Phone.Start(_service.Address, "alice", "a1");
        for (var i = 0; i < 2; i++)
            await alice.Client.EndCallAsync(
                (await alice.Client.StartCallAsync(new StartCallRequest { CalleeIds = ["carl"] })).CallId);
        await using var first = await Phone.Start(_service.Address, "carl", "c1");
        await using var second = await Phone.Start(_service.Address, "carl", "c2");
        Assert.Equal(2, (await first.Next<OpenCalls>()).MissedCount);

        // History is written beside the end: the second page is there once the second call is.
        HistoryPage page;
        do
            page = await first.Client.GetHistoryAsync(limit: 1, missedOnly: true);
        while (page.Next is null);
        var rest = await first.Client.GetHistoryAsync(page.Next, missedOnly: true);
        Assert.Equal((HistoryOutcome.Missed, null), (Assert.Single(rest.Items).Outcome, rest.Next));
        Assert.NotEqual(page.Items[0].CallId, rest.Items[0].CallId);

        await first.Client.AckMissedCallsAsync(TimeProvider.System.GetUtcNow());
        await second.Next<MissedCallsAcked>();
    }

    [Fact]
    public async Task Settings_AreChangedInPart_AndTheOtherDevicesAreTold()
    {
        await using var first = await Phone.Start(_service.Address, "eve", "e1");
        await using var second = await Phone.Start(_service.Address, "eve", "e2");
        await first.Client.ChangeSettingsAsync(new SettingsChangeRequest { Blocked = ["pest"] });
        var until = new DateTimeOffset(2030, 1, 31, 12, 0, 0, TimeSpan.Zero);
        var mine = await first.Client.ChangeSettingsAsync(
            new SettingsChangeRequest { DoNotDisturb = true, DoNotDisturbUntil = until });
        Assert.Equal(
            (true, until, false, "pest"),
            (mine.DoNotDisturb, mine.DoNotDisturbUntil, mine.CallWaiting, Assert.Single(mine.Blocked)));
        await second.Next<SettingsChanged>(
            changed => changed.Settings.DoNotDisturbUntil == until && changed.Settings.Blocked[0] == "pest");
        Assert.True((await second.Client.GetSettingsAsync()).DoNotDisturb);
        Assert.Empty(first.All.OfType<SettingsChanged>());
    }

    [Fact]
    public async Task IceServers_HaveCredentialsMadeForNow()
    {
        await using var service = await Service.Start(
            "Ice:TurnUrls=turn:turn.example.org", "Ice:TurnSecret=shh", "Ice:TurnTtl=600");
        await using var alice = await Phone.Start(service.Address, "alice", "a1");
        var answer = await alice.Client.GetIceServersAsync();
        var turn = Assert.Single(answer.IceServers);
        Assert.Equal((600, "turn:turn.example.org", true), (answer.TtlSeconds, turn.Urls[0], turn.Credential is not null));
    }

    [Fact]
    public async Task Others_InviteMoveSilencePresencePushAndNotice_Work()
    {
        await using var alice = await Phone.Start(_service.Address, "alice", "a1");
        await using var bob = await Phone.Start(_service.Address, "bob", "b1");
        await using var dora = await Phone.Start(_service.Address, "dora", "d1");
        var id = (await alice.Client.StartCallAsync(new StartCallRequest { CallId = "many", CalleeIds = ["bob"] })).CallId;
        await bob.Next<CallIncoming>();
        await bob.Client.SilenceCallAsync(id);
        await bob.Client.AcceptCallAsync(id);
        await alice.Client.InviteToCallAsync(id, ["dora"]);
        await dora.Next<CallIncoming>(ring => ring.CallId == id);
        await dora.Client.RejectCallAsync(id, "later");
        Assert.Equal(("dora", "later"), await alice.Next<CallRejected>() is var no ? (no.UserId, no.Reason) : default);
        await using var bobsOther = await Phone.Start(_service.Address, "bob", "b2");
        Assert.Equal("b2", Assert.Single((await bobsOther.Client.MoveCallAsync(id)).Legs, leg => leg.UserId == "bob").DeviceId);

        Assert.Equal(
            [true, false], (await alice.Client.WatchPresenceAsync(["dora", "nobody"])).Select(presence => presence.Online));
        await dora.Client.StopAsync();
        Assert.NotNull((await alice.Next<PresenceChanged>(presence => !presence.Online)).LastSeen);
        await alice.Client.UnwatchPresenceAsync(["dora"]);
        await alice.Client.SetPushTokenAsync(PushProvider.ApnsVoip, "00ff");
        await alice.Client.ClearPushTokenAsync(PushProvider.ApnsVoip);
        await _service.Send(
            HttpMethod.Post, "/api/v1/admin/users/alice/notify", Service.Token("op", null, "admin"),
            new { type = "news", payload = new { n = 1 } });
        var notice = await alice.Next<NotificationReceived>();
        Assert.Equal(("news", 1), (notice.Type, notice.Payload.GetProperty("n").GetInt32()));
    }

    [Fact]
    public async Task CallerOfSeveral_WhoLeaves_IsGone_RingsWhenInvitedBack_AndJoins()
    {
        await using var alice = await Phone.Start(_service.Address, "alice", "a1");
        await using var bob = await Phone.Start(_service.Address, "bob", "b1");
        await using var dora = await Phone.Start(_service.Address, "dora", "d1");
        var id =
            (await alice.Client.StartCallAsync(new StartCallRequest { CallId = "several", CalleeIds = ["bob", "dora"] })).CallId;
        foreach (var phone in new[] { bob, dora })
        {
            await phone.Next<CallIncoming>();
            await phone.Client.AcceptCallAsync(id);
        }

        await alice.Client.EndCallAsync(id);
        await alice.Next<CallEnded>();
        Assert.True((await bob.Next<CallUpdated>(updated => updated.Call.Caller.Left)).Call.IsGone("alice"));
        var gone = await Refused(() => bob.Client.SendSignalAsync(id, SignalKind.Custom, Json("{}"), "alice"));
        Assert.Equal(CallErrorCode.Conflict, gone.Code);

        var rung = await bob.Client.InviteToCallAsync(id, ["alice"]);
        Assert.Equal((false, true), (rung.IsGone("alice"), rung.RingsFor("alice")));
        var ring = (await alice.Next<CallIncoming>()).Call;
        Assert.Equal((true, "bob", null), (ring.RingsFor("alice"), ring.InvitedBy?.Id, ring.Offer));
        await alice.Client.AcceptCallAsync(id);
        var back =
            (await dora.Next<CallUpdated>(
                updated => updated.Call.Legs.Any(leg => leg is { UserId: "alice", State: LegState.Joined }))).Call;
        Assert.Equal((false, true), (back.IsGone("alice"), back.Caller.Left));
        await dora.Client.SendSignalAsync(id, SignalKind.Custom, Json("{}"), "alice");
        Assert.Equal("dora", (await alice.Next<SignalReceived>()).FromUserId);
        await bob.Client.EndCallAsync(id);
        await dora.Client.EndCallAsync(id);
        await alice.Next<CallEnded>();

        // History has each of them once.
        HistoryPage past;
        do
            past = await alice.Client.GetHistoryAsync();
        while (past.Items.Count == 0);
        Assert.Equal(HistoryOutcome.Answered, Assert.Single(past.Items).Outcome);
    }

    [Fact]
    public async Task Refusals_AreTyped()
    {
        await using var alice = await Phone.Start(_service.Address, "alice", "a1");
        await using var bob = await Phone.Start(_service.Address, "bob", "b1");
        Assert.Equal(CallErrorCode.NotFound, (await Refused(() => alice.Client.GetCallAsync("none"))).Code);
        var wrong = await Refused(() => alice.Client.StartCallAsync(new StartCallRequest { CalleeIds = [] }));
        Assert.Equal((CallErrorCode.InvalidArgument, false), (wrong.Code, wrong.IsTransient));
        await alice.Client.StartCallAsync(new StartCallRequest { CallId = "gone", CalleeIds = ["bob"] });
        await alice.Client.EndCallAsync("gone");
        Assert.Equal(CallErrorCode.Ended, (await Refused(() => bob.Client.AcceptCallAsync("gone"))).Code);
        await alice.Client.StopAsync();
        Assert.Equal(
            (CallErrorCode.Unavailable, true),
            await Refused(() => alice.Client.GetCallAsync("gone")) is var away ? (away.Code, away.IsTransient) : default);
    }

    [Fact]
    public async Task Callback_ThatFails_KeepsNothingFromTheOthers()
    {
        await using var bob = new Phone(_service.Address, "bob", "b1");
        using var failing = bob.Client.On<CallEvent>((CallEvent _) => throw new InvalidOperationException("mine"));
        var second = new TaskCompletionSource<CallIncoming>();
        bob.Client.On<CallIncoming>(second.SetResult);
        await bob.Client.StartAsync();
        await using var alice = await Phone.Start(_service.Address, "alice", "a1");
        await alice.Client.StartCallAsync(new StartCallRequest { CallId = "ring", CalleeIds = ["bob"] });
        Assert.Equal("ring", (await second.Task.WaitAsync(TimeSpan.FromSeconds(30))).CallId);
    }

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    private static Task<OrleansCallsException> Refused(Func<Task> command) => Assert.ThrowsAsync<OrleansCallsException>(command);
}
