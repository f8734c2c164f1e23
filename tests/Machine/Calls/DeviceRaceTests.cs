using OrleansCalls.Calls;

namespace OrleansCalls.Tests.Machine.Calls;

/// <summary>Devices that sleep, vanish and come back while a call goes on. Numbers are those of the race list.</summary>
public sealed class DeviceRaceTests
{
    [Theory, Trait("race", "8"), InlineData(29.999, false), InlineData(30, true), InlineData(4000, true)]
    public void CallersDevice_AwayWhileRinging_CancelsAfterTwentySeconds(double at, bool ended)
    {
        var call = Situations.Ringing();
        call.At = 10;
        call.Away("A1");
        call.Tick(at);
        Assert.Equal(ended, call.Phase == CallPhase.Ended);
        if (!ended)
            return;
        Assert.Equal((EndReason.Cancelled, Bench.T0.AddSeconds(30)), (call.Reason, call.Call.EndedAt));
        Assert.Equal(["ended cancelled"], call.Heard("B1"));
        Assert.Equal(["B"], call.Missed);
    }

    [Fact]
    public void Timeline_IsBounded_AndKeepsItsBeginning()
    {
        var call = Situations.Ringing();
        var first = call.Call.Timeline[0];
        for (var i = 0; i < 200; i++)
        {
            call.Away("A1");
            call.Back("A1");
        }

        Assert.Equal((200, first), (call.Call.Timeline.Length, call.Call.Timeline[0]));
    }

    [Fact, Trait("race", "8")]
    public void Accept_IntoTheVoid_IsRefusedOnceTheCallerIsGone()
    {
        var call = Situations.Ringing();
        call.Away("A1");
        call.At = 20;
        Assert.Equal((CallErrorCode.Ended, EndReason.Cancelled), (call.Accept("B1").Error?.Code, call.Reason));
    }

    [Fact, Trait("race", "8")]
    public void Accept_WhileTheCallerIsAway_StandsUntilTheGraceIsOver()
    {
        var call = Situations.Ringing();
        call.At = 10;
        call.Away("A1");
        call.At = 29;
        Assert.True(call.Accept("B1").Succeeded);
        call.Tick(30);
        Assert.Equal(EndReason.Lost, call.Reason);
        Assert.Equal(["ended lost"], call.Heard("B1"));
    }

    [Fact, Trait("race", "8"), Trait("race", "9")]
    public void CallersDevice_BackInTime_RingsOn()
    {
        var call = Situations.Ringing();
        call.Away("A1");
        call.At = 19.999;
        call.Back("A1");
        call.Tick(59);
        Assert.Equal(CallPhase.Ringing, call.Phase);
        Assert.Null(call.Call.Caller.AwayUntil);
    }

    [Fact, Trait("race", "9")]
    public void CallersDevice_ThatResumes_IsGivenTheAnswerAgain()
    {
        var call = Situations.Ringing();
        call.Away("A1");
        call.Accept("B1", answer: Bench.Answer);
        call.Back("A1");
        Assert.Equal(Bench.Answer, call.Read("A1", afterSeq: 1).Answer);
        Assert.Null(call.Read("A1").Answer);
    }

    [Fact]
    public void CalleesDevice_ThatResumes_IsGivenTheOffer()
    {
        var call = Situations.Connecting();
        Assert.Equal(Bench.Offer, call.Read("B1", afterSeq: 0).Offer);
        Assert.Null(call.Read("B1").Offer);
    }

    [Fact]
    public void Absence_OfADeviceWithoutSocketOrOfAnother_DoesNotCount()
    {
        var call = new Bench();
        call.Do(new StartCall
        {
            Actor = new Actor { UserId = "A", DeviceId = "A1" }, CallId = "call-1", CalleeIds = ["B"], Media = CallMedia.Audio,
        });
        call.Away("A1");
        call.Away("A2");
        call.Tick(59);
        Assert.Equal(CallPhase.Ringing, call.Phase);
        // Once it has had a socket in this call, it does.
        call.Back("A1");
        call.Away("A1");
        Assert.Equal(Bench.T0.AddSeconds(60), call.Deadline);
        call.Pushed("B1");
        call.Accept("B1");
        Assert.Equal(Bench.T0.AddSeconds(79), call.Deadline);
    }

    [Theory, Trait("race", "28"), InlineData("A1"), InlineData("B1")]
    public void Party_AwayWhileActive_IsLostAfterThirtySeconds(string device)
    {
        var call = Situations.Active();
        call.At = 100;
        call.Away(device);
        call.Away(device);
        call.Tick(129.999);
        Assert.Equal(CallPhase.Active, call.Phase);
        call.Tick(130);
        Assert.Equal((EndReason.Lost, null), (call.Reason, call.Call.EndedBy));
        Assert.Equal(["ended lost"], call.Heard("A1"));
        Assert.Equal(["ended lost"], call.Heard("B1"));
    }

    [Fact, Trait("race", "28")]
    public void Party_BackInTime_IsNotLost()
    {
        var call = Situations.Active();
        call.Away("B1");
        call.At = 29;
        call.Back("B1");
        call.Tick(5000);
        Assert.Equal(CallPhase.Active, call.Phase);
    }

    [Fact, Trait("race", "10")]
    public void SleepingCallee_WokenByPush_AcksAsksForTheOfferAndAccepts()
    {
        var call = Situations.Notifying();
        call.Pushed("B1");
        Assert.Equal(["progress B push_sent"], call.Heard("A1"));
        call.At = 8;
        call.Ack("B1");
        Assert.Equal(["progress B ringing"], call.Heard("A1"));
        Assert.Equal(Bench.Offer, call.RequestOffer("B1").Offer);
        call.Accept("B1", answer: Bench.Answer);
        Assert.Equal(["accepted B B1 answer"], call.Heard("A1"));
    }

    [Fact, Trait("race", "10")]
    public void RequestOffer_BeforeThereIsOne_AsksTheCallerAndTheLateOfferReachesTheCallee()
    {
        var call = new Bench();
        call.Start();
        Assert.Equal(CallErrorCode.Conflict, call.RequestOffer("B1").Error?.Code);
        Assert.Equal(["""signal B custom {"requestOffer":true}"""], call.Heard("A1"));
        Assert.Empty(call.Heard("A2"));
        const string payload = """{"type":"offer","sdp":"late"}""";
        call.Signal("A1", payload, kind: SignalKind.Offer);
        Assert.Equal([$"signal A offer {payload}"], call.Heard("B1"));
        Assert.True(call.Last.Durable);
        Assert.Equal("late", call.RequestOffer("B2").Offer?.Sdp);
    }

    [Fact, Trait("race", "10")]
    public void Accept_BeforeTheOfferExists_IsAllowedAndTheOfferFollowsToTheAcceptingDevice()
    {
        var call = new Bench();
        call.Start();
        Assert.True(call.Accept("B1", ready: false).Succeeded);
        call.Signal("A1", "{}", kind: SignalKind.Offer);
        Assert.Equal(["signal A offer {}"], call.Heard("B1"));
        Assert.Empty(call.Heard("B2"));
    }

    [Fact]
    public void RequestOffer_ByAnyoneButACallee_IsForbidden()
    {
        var call = Situations.Ringing();
        Assert.Equal(CallErrorCode.Forbidden, call.RequestOffer("A1").Error?.Code);
        Assert.Equal(CallErrorCode.Forbidden, call.RequestOffer("X1").Error?.Code);
    }

    [Fact, Trait("race", "21"), Trait("race", "22")]
    public void Push_ThatFailed_LeavesTheCalleeUnreachedAndTheCallUntouched()
    {
        var call = Situations.Notifying();
        call.Pushed("B1", error: "unregistered");
        Assert.Equal(LegPhase.Notifying, call.Leg("B"));
        Assert.True(call.ToldNobody && !call.Last.Durable);
        call.Tick(60);
        Assert.Equal(EndReason.Unreachable, call.Reason);
    }

    [Fact, Trait("race", "22"), Trait("race", "23")]
    public void Push_ThatComesAfterTheAck_TakesNothingBack()
    {
        var call = Situations.Ringing();
        call.Pushed("B2");
        Assert.Equal(LegPhase.Ringing, call.Leg("B"));
        Assert.True(call.ToldNobody);
        Assert.Equal("B2", Assert.Single(CallViews.OpenFor(call.Call, "B")!.PushedDeviceIds));
        call.Pushed("B2");
        Assert.False(call.Last.Durable);
    }

    [Fact, Trait("race", "24")]
    public void Push_ThatIsReportedAfterTheEnd_ChangesNothing()
    {
        var call = Situations.Ringing();
        call.End("A1");
        call.Pushed("B1");
        Assert.True(call.ToldNobody && !call.Last.Durable);
        Assert.Equal(CallErrorCode.Ended, call.Ack("B1").Error?.Code);
        Assert.Equal(EndReason.Cancelled, call.Read("B1").Call?.EndReason);
    }

    [Fact]
    public void AckRinging_OnSecondDevice_TellsTheCallerNothingNewButSparesItThePush()
    {
        var call = Situations.Ringing();
        call.Ack("B2");
        Assert.True(call.ToldNobody && !call.Last.Durable);
        Assert.Equal(["B2"], call.Last.Notices.Select(notice => notice.AckedDeviceId));
    }
}
