namespace OrleansCalls.Tests.Grains;

public sealed class CallScenarios : IAsyncLifetime
{
    private CallsCluster _calls = null!;

    public async Task InitializeAsync() => _calls = await CallsCluster.Start();

    public async Task DisposeAsync() => await _calls.DisposeAsync();

    [Fact]
    public async Task Call_AcceptedAndHungUp_BothSidesHearEachStep()
    {
        var alice = await _calls.Connect("alice", "a1");
        var bob = await _calls.Connect("bob", "b1");

        await alice.Start("c1", "bob");
        var incoming = await bob.Hears<CallIncoming>();
        Assert.Equal("v=0", incoming.Offer!.Sdp);
        await bob.Do("c1", new AckRinging());
        Assert.Equal(RingStage.Ringing, (await alice.Hears<CallProgress>()).Stage);

        var answer = new SessionDescription { Type = "answer", Sdp = "v=1" };
        var accepted = await bob.Do("c1", new AcceptCall { Answer = answer });
        Assert.Equal(CallPhase.Active, accepted.Call!.State);
        Assert.Equal(answer, (await alice.Hears<CallAccepted>()).Answer);

        await alice.Do("c1", new EndCall());
        Assert.Equal(EndReason.Completed, (await alice.Hears<CallEnded>()).Reason);
        Assert.Equal("alice", (await bob.Hears<CallEnded>()).EndedBy);
        var session = await _calls.History.Next();
        Assert.All(session.Participants, p => Assert.Equal(HistoryOutcome.Answered, p.Outcome));
    }

    [Fact]
    public async Task Call_Rejected_StopsForEveryDevice()
    {
        var alice = await _calls.Connect("alice", "a1");
        var bob = await _calls.Connect("bob", "b1");
        var bobsOther = await _calls.Connect("bob", "b2");
        await alice.Start("c2", "bob");
        await bob.Hears<CallIncoming>();
        await bobsOther.Hears<CallIncoming>();

        await bob.Do("c2", new RejectCall { Reason = "later" });

        Assert.Equal("later", (await alice.Hears<CallRejected>()).Reason);
        Assert.Equal(EndReason.Rejected, (await alice.Hears<CallEnded>()).Reason);
        Assert.Equal(EndReason.Rejected, (await bob.Hears<CallEnded>()).Reason);
        Assert.Equal(EndReason.RejectedElsewhere, (await bobsOther.Hears<CallEnded>()).Reason);
    }

    [Fact]
    public async Task DeviceWithASocket_ThatAnswersOverRest_IsKnownToBeThere()
    {
        var bob = await _calls.Connect("bob", "b1");
        // Neither command says that there is a socket: without one the call would end in two minutes of silence.
        await _calls.Grains.GetCall("rest").Execute(new StartCall
        {
            Actor = new Actor { UserId = "alice", DeviceId = "a1" }, CallId = "rest", CalleeIds = ["bob"],
            Media = CallMedia.Audio,
        });
        await bob.Hears<CallIncoming>();
        await _calls.Grains.GetCall("rest").Execute(new AcceptCall { Actor = bob.Actor with { OverSocket = false } });
        await Until.Seen(
            () => _calls.Grains.GetUser("bob").Inspect(), bob => bob.OpenCalls is [{ BoundDeviceHasSocket: true }],
            "a call whose device has a socket");
    }

    [Fact]
    public async Task TwoUsers_CallEachOtherAtOnce_MeetInOneCall()
    {
        var alice = await _calls.Connect("alice", "a1");
        var bob = await _calls.Connect("bob", "b1");

        var calls = await Task.WhenAll(alice.Start("from-alice", "bob"), bob.Start("from-bob", "alice"));

        Assert.Equal(calls[0].CallId, calls[1].CallId);
        var survivor = (await alice.Do(calls[0].CallId, new ReadCall())).Call!;
        Assert.Equal(CallPhase.Connecting, survivor.State);
        var lost = calls[0].CallId == "from-alice" ? "from-bob" : "from-alice";
        var loser = await (lost == "from-bob" ? bob : alice).Do(lost, new ReadCall());
        Assert.Equal(EndReason.Replaced, loser.Call!.EndReason);
    }

    [Fact]
    public async Task Callee_InAnotherCall_IsBusyAndMissesTheCall()
    {
        var alice = await _calls.Connect("alice", "a1");
        var bob = await _calls.Connect("bob", "b1");
        var carol = await _calls.Connect("carol", "c1");
        await alice.Start("first", "bob");
        await bob.Hears<CallIncoming>();
        await bob.Do("first", new AcceptCall());

        var second = await carol.Start("second", "bob");

        Assert.Equal(EndReason.Busy, second.EndReason);
        await _calls.History.Next();
        var inspected = await _calls.Grains.GetUser("bob").Inspect();
        Assert.Equal(1, inspected.MissedCount);
        Assert.Equal("first", Assert.Single(inspected.OpenCalls).CallId);
        Assert.Empty(bob.Rest().OfType<CallIncoming>());
    }

    [Fact]
    public async Task Device_ThatConnectsLate_RingsStill()
    {
        var alice = await _calls.Connect("alice", "a1");
        await alice.Start("late", "bob");

        var bob = await _calls.Connect("bob", "b1");

        Assert.Equal("late", (await bob.Hears<CallIncoming>()).CallId);
        Assert.Contains("late", bob.Connected!.OpenCallIds);
    }

    [Fact]
    public async Task Callee_WithoutSocket_IsPushedOnceAndProgressIsTruthful()
    {
        await _calls.Grains.GetUser("bob").SetPushToken("phone", PushProvider.Fcm, "token-1");
        var alice = await _calls.Connect("alice", "a1");

        await alice.Start("asleep", "bob");

        var push = await _calls.Pushes.Next();
        Assert.Equal(("phone", "asleep"), (push.DeviceId, push.CallId));
        Assert.Equal(RingStage.PushSent, (await alice.Hears<CallProgress>()).Stage);
        await alice.Do("asleep", new EndCall());
        var last = new[] { (await _calls.Pushes.Next()).Type, (await _calls.Pushes.Next()).Type };
        Assert.Equal([Push.PushType.CallCancelled, Push.PushType.CallMissed], last.Order());
    }

    [Fact]
    public async Task RingingCall_SiloRestarts_GoesOnRinging()
    {
        var alice = await _calls.Connect("alice", "a1");
        await alice.Start("kept", "bob");

        await _calls.Restart();

        var bob = await _calls.Connect("bob", "b1");
        var reply = await bob.Do("kept", new AckRinging());
        Assert.Equal(CallPhase.Ringing, reply.Call!.State);
        Assert.Equal("kept", (await bob.Hears<CallIncoming>()).CallId);
    }

    [Fact]
    public async Task EndedCall_WhoseActivationIsGone_StillTellsADeviceWhatItMissed()
    {
        var alice = await _calls.Connect("alice", "a1");
        var bob = await _calls.Connect("bob", "b1");
        var started = await alice.Start("missed-news", "bob");
        await bob.Do("missed-news", new RejectCall { Reason = "in a meeting" });

        await _calls.Restart();

        var reply = await alice.Do("missed-news", new ReadCall { AfterSeq = started.Seq });
        Assert.Equal(CallPhase.Ended, reply.Call!.State);
        Assert.Equal("in a meeting", Assert.Single(reply.Events.OfType<CallRejected>()).Reason);
        Assert.Equal(EndReason.Rejected, Assert.Single(reply.Events.OfType<CallEnded>()).Reason);
    }

    [Theory]
    [InlineData(WriteFate.Lost)]
    [InlineData(WriteFate.LandedButFailed)]
    public async Task Accept_WriteFails_IsNeverConfirmedAndLost(WriteFate fate)
    {
        var alice = await _calls.Connect("alice", "a1");
        var bob = await _calls.Connect("bob", "b1");
        await alice.Start("doubt", "bob");
        await bob.Hears<CallIncoming>();

        _calls.Storage.Fate = state => state == "call" ? fate : WriteFate.Good;
        await Assert.ThrowsAnyAsync<OrleansException>(() => bob.Do("doubt", new AcceptCall()));
        _calls.Storage.Fate = _ => WriteFate.Good;

        var again = await bob.Do("doubt", new AcceptCall());
        Assert.Equal(CallPhase.Active, again.Call!.State);
        Assert.Equal("b1", (await alice.Hears<CallAccepted>()).DeviceId);
    }
}
