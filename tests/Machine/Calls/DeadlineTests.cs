using OrleansCalls.Calls;

namespace OrleansCalls.Tests.Machine.Calls;

/// <summary>Deadlines before, at and after their instant, and hours late. Numbers are those of the race list.</summary>
public sealed class DeadlineTests
{
    [Theory, InlineData(59.999, false), InlineData(60, true), InlineData(60.001, true), InlineData(7200, true)]
    public void RingDeadline_AtItsInstant_EndsTheCallAsOfThen(double at, bool ended)
    {
        var call = Situations.Ringing();
        call.Tick(at);
        Assert.Equal(ended, call.Phase == CallPhase.Ended);
        if (ended)
            Assert.Equal(
                (EndReason.NoAnswer, Bench.T0.AddSeconds(60), null), (call.Reason, call.Call.EndedAt, call.Call.EndedBy));
    }

    /// <summary>
    /// A wake is the net under lost timers: soon after a ring's deadline, seldom while people talk, and
    /// until an ended call is settled.
    /// </summary>
    [Fact]
    public void WakeAt_FollowsTheCall_AndStaysWhereItWillDo()
    {
        var call = Situations.Ringing();
        var first = CallMachine.WakeAt(call.Call, null, Bench.T0);
        Assert.Equal(Bench.T0.AddSeconds(65), first);
        Assert.Equal(first, CallMachine.WakeAt(call.Call, first, Bench.T0.AddSeconds(20)));
        Assert.Equal(Bench.T0.AddSeconds(75), CallMachine.WakeAt(call.Call, first, Bench.T0.AddSeconds(70)));
        var active = Situations.Active().Call;
        Assert.Equal(first, CallMachine.WakeAt(active, first, Bench.T0.AddSeconds(20)));
        Assert.Equal(Bench.T0.AddMinutes(12), CallMachine.WakeAt(active, first, Bench.T0.AddMinutes(2)));
        call.Tick(60);
        Assert.Equal(Bench.T0.AddMinutes(2), CallMachine.WakeAt(call.Call, first, Bench.T0.AddMinutes(1)));
        Assert.Equal(Bench.T0.AddSeconds(50), CallMachine.WakeAt(call.Call, Bench.T0.AddSeconds(50), Bench.T0));
    }

    /// <summary>After the wall clock was set back, a time far ahead would wake nobody for as long.</summary>
    [Fact]
    public void WakeAt_FurtherThanItMayBe_IsMoved() =>
        Assert.Equal(Bench.T0.AddSeconds(65), CallMachine.WakeAt(Situations.Ringing().Call, Bench.T0.AddHours(1), Bench.T0));

    [Fact, Trait("race", "18")]
    public void Timer_EarlyTwiceAndAfterTheEnd_DecidesNothing()
    {
        var call = Situations.Ringing();
        call.Tick(30);
        Assert.True(call.ToldNobody && !call.Last.Durable);
        call.Tick(60);
        var ended = Invariants.Json(call.Call);
        call.Tick(60);
        call.Tick(9000);
        Assert.Equal(ended, Invariants.Json(call.Call));
        Assert.Null(call.Deadline);
    }

    [Theory, Trait("race", "18"), InlineData(false), InlineData(true)]
    public void Timer_OfAnUnknownCall_IsNoError(bool late)
    {
        var call = new Bench();
        Assert.True(call.Tick(late ? 7200 : 0).Succeeded);
        Assert.Null(call.State);
    }

    [Theory]
    [InlineData(0.5, 60, 60)] // in good time: nothing to extend
    [InlineData(30, 60, 60)] // 30 s remain just so
    [InlineData(31, 60, 61)]
    [InlineData(59.5, 60, 89.5)]
    [InlineData(149, 150, 179)]
    [InlineData(149.5, 150, 179.5)]
    [InlineData(170, 180, 180)] // never past 180 s
    [InlineData(179.5, 180, 180)]
    [InlineData(1, 10, 10)] // a short ring that is answered to at once stays short
    [InlineData(9, 10, 39)]
    public void RingDeadline_WhenTheFirstDeviceAlertsLate_LeavesThirtySeconds(double ackAt, int ring, double deadline)
    {
        var call = new Bench();
        call.Start(ring: ring);
        call.At = ackAt;
        call.Ack("B1");
        Assert.Equal(Bench.T0.AddSeconds(deadline), call.Deadline);
        Assert.Equal(Bench.T0.AddSeconds(deadline), call.View("A").RingUntil);
    }

    [Fact]
    public void RingDeadline_IsExtendedOnce()
    {
        var call = new Bench();
        call.Start();
        call.At = 50;
        call.Ack("B1");
        call.At = 75;
        call.Ack("B2");
        call.Ack("B1");
        Assert.Equal(Bench.T0.AddSeconds(80), call.Deadline);
        call.Tick(80);
        Assert.Equal(EndReason.NoAnswer, call.Reason);
    }

    [Theory, Trait("race", "12"), InlineData(19.999, false), InlineData(20, true), InlineData(9000, true)]
    public void ReadyDeadline_TwentySecondsAfterTheAccept_IsAConnectTimeout(double after, bool ended)
    {
        var call = Situations.Ringing();
        call.At = 10;
        call.Accept("B1", ready: false);
        call.Tick(10 + after);
        Assert.Equal(ended, call.Phase == CallPhase.Ended);
        if (!ended)
            return;
        Assert.Equal((EndReason.ConnectTimeout, Bench.T0.AddSeconds(30)), (call.Reason, call.Call.EndedAt));
        Assert.Equal(["ended connect_timeout"], call.Heard("A1"));
        Assert.Equal(["ended connect_timeout"], call.Heard("B2"));
    }

    [Fact, Trait("race", "12")]
    public void ReadyCall_AfterItsDeadline_IsToldTheEnd()
    {
        var call = Situations.Connecting();
        call.At = 20;
        Assert.Equal((CallErrorCode.Ended, EndReason.ConnectTimeout), (call.Ready("B1").Error?.Code, call.Reason));
    }

    [Fact, Trait("race", "12")]
    public void ConnectDeadline_IsResetByProgressThreeTimes()
    {
        var call = Situations.Active();
        foreach (var at in new[] { 1, 21, 41, 61 })
        {
            call.At = at;
            call.Media("B1", MediaState.Connecting);
            Assert.Equal(Bench.T0.AddSeconds(at + 30), call.Deadline);
        }

        call.At = 81;
        call.Media("B1", MediaState.Connecting);
        Assert.Equal(Bench.T0.AddSeconds(91), call.Deadline);
        call.Tick(90.999);
        Assert.Equal(CallPhase.Active, call.Phase);
        call.Tick(91);
        Assert.Equal(EndReason.ConnectTimeout, call.Reason);
    }

    [Fact, Trait("race", "12")]
    public void ConnectDeadline_EndsWithConnectedForGood()
    {
        var call = Situations.Active();
        call.Media("B1", MediaState.Connecting);
        call.Media("A1", MediaState.Connecting);
        call.Media("B1", MediaState.Connected);
        call.Media("A1", MediaState.Connected);
        call.Media("B1", MediaState.Failed);
        call.Media("B1", MediaState.Connecting);
        call.Tick(7200);
        Assert.Equal(CallPhase.Active, call.Phase);
    }

    [Fact, Trait("race", "12")]
    public void ConnectDeadline_WithoutAnyReport_IsNone()
    {
        var call = Situations.Active();
        Assert.Equal(Bench.T0.AddHours(24), call.Deadline);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void ConnectDeadline_OfACallerWhoReportedWhileRinging_CountsFromTheAnswer(bool ready)
    {
        var call = Situations.Ringing();
        call.At = 1;
        call.Media("A1", MediaState.Connecting);
        Assert.Equal(Bench.T0.AddSeconds(60), call.Deadline);
        call.At = 45;
        call.Accept("B1", ready);
        call.Tick(46);
        Assert.Null(call.Reason);
        if (!ready)
        {
            call.At = 60;
            call.Ready("B1");
        }

        Assert.Equal(Bench.T0.AddSeconds(ready ? 75 : 90), call.Deadline);
        call.Tick(ready ? 75 : 90);
        Assert.Equal(EndReason.ConnectTimeout, call.Reason);
    }

    [Theory, InlineData(-0.001, false), InlineData(0, true)]
    public void MaxDuration_EndsTheLongestCall(double offset, bool ended)
    {
        var call = Situations.Active();
        call.Tick(TimeSpan.FromHours(24).TotalSeconds + offset);
        Assert.Equal(ended ? EndReason.Lost : null, call.Reason);
        if (ended)
            Assert.Equal(24 * 3600 * 1000L, call.Inbox("A1").OfType<CallEnded>().Single().DurationMs);
    }

    [Fact]
    public void Deadlines_ThatPassedTogether_ApplyInTheirOrder()
    {
        // Ringing until 60 s, the caller gone from 30 s to 50 s: it was the caller's absence that came first.
        var call = Situations.Ringing();
        call.At = 30;
        call.Away("A1");
        call.Tick(7200);
        Assert.Equal((EndReason.Cancelled, Bench.T0.AddSeconds(50)), (call.Reason, call.Call.EndedAt));

        // And the other way round.
        call = Situations.Ringing();
        call.At = 45;
        call.Away("A1");
        call.Tick(7200);
        Assert.Equal((EndReason.NoAnswer, Bench.T0.AddSeconds(60)), (call.Reason, call.Call.EndedAt));
    }

    [Fact]
    public void Command_AfterAMissedTimer_FindsTheDeadlineApplied()
    {
        var call = Situations.Connecting();
        call.At = 300;
        Assert.Equal(EndReason.ConnectTimeout, call.Read("A1").Call?.EndReason);
        Assert.True(call.Last.Durable);
        call = Situations.Connecting();
        call.At = 300;
        Assert.Equal(CallErrorCode.Forbidden, call.Read("X1").Error?.Code);
        Assert.Equal(EndReason.ConnectTimeout, call.Reason);
    }
}
