namespace OrleansCalls.Tests.Machine.Calls;

/// <summary>Who comes first wins: accept, reject, cancel, hang-up and the deadline. Numbers are those of the race list.</summary>
public sealed class RaceTests
{
    [Fact, Trait("race", "3")]
    public void Cancel_AfterAccept_IsAHangUp()
    {
        var call = Situations.Ringing();
        call.Accept("B1");
        call.At = 5;
        Assert.True(call.End("A1").Succeeded);
        Assert.Equal((EndReason.Completed, "A"), (call.Reason, call.Call.EndedBy));
        Assert.Equal(["ended completed"], call.Heard("B1"));
        Assert.Equal(["ended completed"], call.Heard("A2"));
        Assert.All(call.Inbox("B1").OfType<CallEnded>(), ended => Assert.Equal(5000, ended.DurationMs));
        Assert.Empty(call.Missed);
    }

    [Fact, Trait("race", "3")]
    public void Accept_AfterCancel_IsToldTheEnd()
    {
        var call = Situations.Ringing();
        call.End("A1");
        Assert.Equal(["ended cancelled"], call.Heard("B1"));
        Assert.Equal(["B"], call.Missed);
        var reply = call.Accept("B1");
        Assert.Equal(CallErrorCode.Ended, reply.Error?.Code);
        Assert.Equal((CallPhase.Ended, EndReason.Cancelled), (reply.Call?.State, reply.Call?.EndReason));
    }

    [Theory, Trait("race", "4"), InlineData("B1", "B2"), InlineData("B2", "B1")]
    public void Accept_OnTwoDevices_FirstWins(string first, string second)
    {
        var call = Situations.Ringing();
        call.Accept(first);
        Assert.Equal(["updated"], call.Heard(first));
        Assert.Equal(["ended answered_elsewhere"], call.Heard(second));
        Assert.Equal([$"accepted B {first}"], call.Heard("A1"));
        Assert.Equal(["updated"], call.Heard("A2"));
        var reply = call.Accept(second);
        Assert.Equal(CallErrorCode.Conflict, reply.Error?.Code);
        Assert.Equal(first, reply.Call!.Legs[0].DeviceId);
        Assert.True(call.ToldNobody);
    }

    [Fact, Trait("race", "4")]
    public void Accept_ByABackEnd_StopsTheRingingOfAllDevices()
    {
        var call = Situations.Ringing();
        call.Accept("B");
        Assert.Equal(["ended answered_elsewhere"], call.Heard("B1"));
        Assert.Equal(["ended answered_elsewhere"], call.Heard("B2"));
        Assert.Equal(["accepted B"], call.Heard("A1"));
    }

    [Fact, Trait("race", "5")]
    public void Reject_WhileAnotherDeviceRings_EndsTheCallForAll()
    {
        var call = Situations.Ringing();
        call.Reject("B1", "in a meeting");
        Assert.Equal(["rejected B", "ended rejected"], call.Heard("A1"));
        Assert.Equal(["ended rejected"], call.Heard("B1"));
        Assert.Equal(["ended rejected_elsewhere"], call.Heard("B2"));
        Assert.Equal(("in a meeting", LegPhase.Declined), (call.View("A").Legs[0].Reason, call.Leg("B")));
        Assert.Empty(call.Missed);
    }

    [Fact, Trait("race", "6")]
    public void Reject_AfterAnAcceptElsewhere_ChangesNothing()
    {
        var call = Situations.Ringing();
        call.Accept("B1");
        var reply = call.Reject("B2");
        Assert.True(reply.Succeeded);
        Assert.Equal(CallPhase.Active, reply.Call?.State);
        Assert.True(call.ToldNobody && !call.Last.Durable);
    }

    [Fact, Trait("race", "6")]
    public void Accept_AfterARejectElsewhere_IsToldTheEnd()
    {
        var call = Situations.Ringing();
        call.Reject("B2");
        Assert.Equal((CallErrorCode.Ended, EndReason.Rejected), (call.Accept("B1").Error?.Code, call.Reason));
    }

    [Fact, Trait("race", "11")]
    public void Accept_AfterTheDeadline_IsRefusedAndExpiresTheCall()
    {
        var call = Situations.Ringing();
        call.At = 61;
        var reply = call.Accept("B1");
        Assert.Equal((CallErrorCode.Ended, EndReason.NoAnswer), (reply.Error?.Code, reply.Call?.EndReason));
        Assert.Equal(Bench.T0.AddSeconds(60), reply.Call?.EndedAt);
        Assert.Equal(["B"], call.Missed);
        Assert.Equal(["ended no_answer"], call.Heard("A1"));
        Assert.Equal(["ended no_answer"], call.Heard("B1"));
    }

    [Fact, Trait("race", "13")]
    public void StartCall_Twice_IsTheSameCall()
    {
        var call = Situations.Ringing();
        var seq = call.Call.Seq;
        call.At = 3;
        var reply = call.Start("A2");
        Assert.True(reply.Succeeded);
        Assert.Equal((seq, "A1"), (reply.Call!.Seq, reply.Call.Caller.DeviceId));
        Assert.True(call.ToldNobody && !call.Last.Durable && call.Last.Ask.IsEmpty);
    }

    [Fact, Trait("race", "13")]
    public void StartCall_WithAnotherCallersId_IsAConflict()
    {
        var call = Situations.Ringing();
        Assert.Equal(CallErrorCode.Conflict, call.Start("B1", "A").Error?.Code);
        Assert.Equal(CallErrorCode.Conflict, call.Start("X1", "A").Error?.Code);
        Assert.Null(call.Last.Reply.Call);
    }

    [Fact, Trait("race", "14")]
    public void StartCall_AfterItsOwnEnd_NeverRingsAndLeavesNoTrace()
    {
        var call = new Bench();
        Assert.Equal(CallErrorCode.NotFound, call.End("A1").Error?.Code);
        var reply = call.Start();
        Assert.Equal((CallPhase.Ended, EndReason.Cancelled), (reply.Call?.State, reply.Call?.EndReason));
        // Nobody was asked whether the caller may ring them, so nobody may find a missed call either.
        Assert.Empty(call.Last.Notices);
        Assert.True(call.Last.Durable);
        Assert.Equal(["A"], OrleansCalls.History.CallSessions.From(call.Call).Participants.Select(p => p.UserId));
        Assert.Equal(EndReason.Cancelled, call.Start().Call?.EndReason);
    }

    [Fact, Trait("race", "14")]
    public void StartCall_AfterSomebodyElsesEnd_Rings()
    {
        var call = new Bench();
        call.End("X1");
        call.Start();
        Assert.Equal(["incoming"], call.Heard("B1"));
    }

    [Theory, Trait("race", "25"), InlineData("A1", "B1"), InlineData("B1", "A1"), InlineData("A1", "A1"), InlineData("A1", "A2")]
    public void EndCall_Twice_FirstDecides(string first, string second)
    {
        var call = Situations.Active();
        call.At = 9;
        call.End(first);
        var ended = call.View("A");
        call.At = 10;
        var reply = call.End(second);
        Assert.True(reply.Succeeded);
        Assert.Equal((first[..1], ended.EndedAt, ended.Seq), (reply.Call!.EndedBy, reply.Call.EndedAt, reply.Call.Seq));
        Assert.True(call.ToldNobody);
    }

    [Fact, Trait("race", "27")]
    public void Timeout_InTheInstantOfAnAccept_WhoeverIsFirstWins()
    {
        var timeoutFirst = Situations.Ringing();
        timeoutFirst.Tick(60);
        Assert.Equal(CallErrorCode.Ended, timeoutFirst.Accept("B1").Error?.Code);

        var acceptFirst = Situations.Ringing();
        acceptFirst.At = 59.999;
        acceptFirst.Accept("B1");
        acceptFirst.Tick(60);
        Assert.Equal(CallPhase.Active, acceptFirst.Phase);
    }

    [Fact, Trait("race", "27")]
    public void Accept_AtTheVeryDeadline_IsTooLateEvenBeforeTheTimer()
    {
        var call = Situations.Ringing();
        call.At = 60;
        Assert.Equal(CallErrorCode.Ended, call.Accept("B1").Error?.Code);
        Assert.Equal(EndReason.NoAnswer, call.Reason);
    }

    [Fact, Trait("race", "32")]
    public void StartCall_ToOneself_IsRefused()
    {
        var call = new Bench();
        Assert.Equal(CallErrorCode.InvalidArgument, call.Start("A1", "A").Error?.Code);
        Assert.Equal(CallErrorCode.InvalidArgument, call.Start("A1", "BA").Error?.Code);
        Assert.Null(call.State);
    }

    [Theory, InlineData(""), InlineData("BB"), InlineData("BCDEFGHIJKLMNOPQR")]
    public void StartCall_WithNoneTwiceOrTooMany_IsRefused(string callees) =>
        Assert.Equal(CallErrorCode.InvalidArgument, new Bench().Start("A1", callees).Error?.Code);

    [Theory, InlineData(9, false), InlineData(10, true), InlineData(180, true), InlineData(181, false)]
    public void StartCall_RingSeconds_AreTenToHundredEighty(int seconds, bool allowed)
    {
        var call = new Bench();
        Assert.Equal(allowed, call.Start(ring: seconds).Succeeded);
        if (allowed)
            Assert.Equal(Bench.T0.AddSeconds(seconds), call.Deadline);
    }
}
