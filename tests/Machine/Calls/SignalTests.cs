namespace OrleansCalls.Tests.Machine.Calls;

/// <summary>Signals: only between bound devices, kept in order until there are two. Numbers are those of the race list.</summary>
public sealed class SignalTests
{
    [Fact, Trait("race", "15")]
    public void Signals_BeforeTheAccept_AreKeptInOrderAndDeliveredToTheAcceptingDevice()
    {
        var call = Situations.Ringing();
        foreach (var i in Enumerable.Range(1, 5))
            call.Signal("A1", $"{i}");
        call.Signal("A1", "end", kind: SignalKind.EndOfCandidates);
        Assert.Empty(call.Heard("B1"));
        call.Accept("B1");
        Assert.Equal(
            ["updated", .. Enumerable.Range(1, 5).Select(i => $"signal A candidate {i}"), "signal A end_of_candidates end"],
            call.Heard("B1"));
        Assert.Equal(["ended answered_elsewhere"], call.Heard("B2"));
        Assert.Empty(call.Call.LegOf("B")!.KeptSignals);
        call.Signal("A1", "6");
        Assert.Equal(["signal A candidate 6"], call.Heard("B1"));
    }

    [Fact, Trait("race", "15")]
    public void Signals_Kept_AreSixtyFourAtMost()
    {
        var call = Situations.Ringing();
        foreach (var i in Enumerable.Range(1, 64))
            Assert.True(call.Signal("A1", $"{i}").Succeeded);
        Assert.Equal(CallErrorCode.TooLarge, call.Signal("A1", "65").Error?.Code);
        call.Accept("B1");
        Assert.Equal(65, call.Heard("B1").Length);
        Assert.Equal("signal A candidate 64", call.Heard("B1")[^1]);
    }

    [Fact, Trait("race", "15")]
    public void Signals_Kept_AreSixtyFourKibibytesTogether()
    {
        var call = Situations.Ringing();
        var half = new string('x', 32 * 1024);
        Assert.True(call.Signal("A1", half).Succeeded);
        Assert.True(call.Signal("A1", half).Succeeded);
        Assert.Equal(CallErrorCode.TooLarge, call.Signal("A1", "x").Error?.Code);
        Assert.Equal(2, call.Call.LegOf("B")!.KeptSignals.Length);
    }

    [Fact]
    public void Signal_LargerThanSixtyFourKibibytes_IsRefused()
    {
        var call = Situations.Active();
        Assert.True(call.Signal("A1", new string('x', 64 * 1024)).Succeeded);
        Assert.Equal(CallErrorCode.TooLarge, call.Signal("A1", new string('x', (64 * 1024) + 1)).Error?.Code);
        Assert.Equal(CallErrorCode.TooLarge, call.Signal("A1", new string('é', 33 * 1024)).Error?.Code);
    }

    [Theory, Trait("race", "15"), InlineData("A1"), InlineData("B1")]
    public void Signals_AfterTheEnd_AreDroppedSilently(string who)
    {
        var call = Situations.Active();
        call.End("A1");
        Assert.True(call.Signal(who).Succeeded);
        Assert.True(call.ToldNobody && !call.Last.Durable);
    }

    [Theory, Trait("race", "16"), InlineData("B2"), InlineData("A2"), InlineData("B")]
    public void Signals_OfADeviceThatIsNotBound_AreDropped(string who)
    {
        var call = Situations.Active();
        Assert.True(call.Signal(who).Succeeded);
        Assert.True(call.ToldNobody);
    }

    [Fact]
    public void Signals_AreNotNumberedAndNotWritten()
    {
        var call = Situations.Active();
        var seq = call.Call.Seq;
        call.Signal("A1");
        Assert.Equal((0, seq), (call.Inbox("B1").OfType<SignalReceived>().Single().Seq, call.Call.Seq));
        Assert.False(call.Last.Durable);
    }

    [Fact]
    public void Signals_InAGroup_NeedAReceiverAndReachOnlyThatOne()
    {
        var call = Situations.GroupActive();
        call.Accept("C1");
        Assert.Equal(CallErrorCode.InvalidArgument, call.Signal("A1").Error?.Code);
        Assert.Equal(CallErrorCode.InvalidArgument, call.Signal("A1", to: "A").Error?.Code);
        Assert.Equal(CallErrorCode.InvalidArgument, call.Signal("A1", to: "X").Error?.Code);
        call.Signal("B1", to: "C");
        Assert.Equal(["signal B candidate {}"], call.Heard("C1"));
        Assert.Empty(call.Heard("A1"));
    }

    [Fact]
    public void Signals_ToAnyoneWhosePartIsOver_AreRefused_AndShowTheCall()
    {
        var call = Situations.GroupActive();
        call.Accept("C1");
        call.End("C1");
        call.Invite("A1", "E");
        foreach (var gone in new[] { "C", "D" })
        {
            var refused = call.Signal("A1", to: gone);
            Assert.Equal((CallErrorCode.Conflict, CallPhase.Active), (refused.Error?.Code, refused.Call?.State));
            Assert.True(call.ToldNobody && !call.Last.Durable);
        }

        call.End("A1");
        Assert.Equal(CallErrorCode.Conflict, call.Signal("B1", to: "A").Error?.Code);
        // Whoever still rings has the signal kept.
        Assert.True(call.Signal("B1", to: "E").Succeeded);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("nonsense")]
    [InlineData("[]")]
    [InlineData("""{"type":"answer","sdp":"x"}""")]
    [InlineData("""{"type":1,"sdp":"x"}""")]
    [InlineData("""{"type":"offer","sdp":null}""")]
    [InlineData("""{"type":"offer","sdp":"\ud800"}""")]
    public void FirstOffer_ThatIsNone_IsRefused(string payload)
    {
        var call = new Bench();
        call.Start();
        Assert.Equal(CallErrorCode.InvalidArgument, call.Signal("A1", payload, kind: SignalKind.Offer).Error?.Code);
        Assert.Null(call.Call.Offer);
    }

    [Fact]
    public void SecondOffer_WhileRinging_WaitsForTheAcceptingDevice()
    {
        var call = Situations.Ringing();
        call.Signal("A1", "second", kind: SignalKind.Offer);
        Assert.True(call.ToldNobody);
        Assert.Equal(Bench.Offer, call.Call.Offer);
        call.Accept("B1");
        Assert.Contains("signal A offer second", call.Heard("B1"));
    }

    [Fact]
    public void Caller_StartedByABackEnd_IsBoundToTheFirstDeviceThatSpeaks()
    {
        var call = new Bench();
        call.Start("A");
        call.Accept("B1");
        Assert.Equal(["accepted B B1"], call.Heard("A1"));
        Assert.Equal(["accepted B B1"], call.Heard("A2"));
        call.Signal("A2");
        Assert.Equal("A2", call.Call.Caller.DeviceId);
        Assert.True(call.Last.Durable);
        Assert.Equal(["signal A candidate {}"], call.Heard("B1"));
        call.Signal("A1");
        Assert.True(call.ToldNobody);
        call.Signal("B1");
        Assert.Equal((1, 0), (call.Heard("A2").Length, call.Heard("A1").Length));
    }

    [Fact]
    public void Silence_StopsTheOwnDevicesAndTheCallerIsNotTold()
    {
        var call = Situations.Ringing();
        call.Silence("B1");
        Assert.Equal(["""signal B custom {"silenced":true}"""], call.Heard("B2"));
        Assert.Empty(call.Heard("B1").Concat(call.Heard("A1")));
        Assert.True(call.Call.LegOf("B")!.Silenced && call.Last.Durable);
        call.Tick(60);
        Assert.Equal((EndReason.NoAnswer, "B"), (call.Reason, Assert.Single(call.Missed)));
    }

    /// <summary>What an operator reads who is asked why a phone rang on, or did not.</summary>
    [Fact]
    public void Timeline_NamesEachDeviceThatRings_SilencesAndIsReady()
    {
        var call = Situations.Ringing();
        call.Ack("B2");
        call.Silence("B2");
        call.Silence("B1");
        call.Silence("A1");
        call.Accept("B1", ready: false);
        call.Ready("B1");
        Assert.Equal(
            ["ringing B1", "ringing B2", "silenced B2", "ready B1"],
            call.Call.Timeline.Where(entry => entry.What is "ringing" or "silenced" or "ready")
                .Select(entry => $"{entry.What} {entry.DeviceId}"));
    }

    [Fact]
    public void Silence_ThenAccept_IsAnAnswer()
    {
        var call = Situations.Ringing();
        call.Silence("B1");
        Assert.True(call.Accept("B2").Succeeded);
        Assert.Equal(CallPhase.Active, call.Phase);
    }
}
