using OrleansCalls.Calls;

namespace OrleansCalls.Tests.Machine.Calls;

/// <summary>
/// A ring that is confirmed in time is told without a write of its own. What a crash leaves is the row before it, and nothing
/// that was told may be taken back.
/// </summary>
public sealed class RestoredTests
{
    [Fact]
    public void RingConfirmedInTime_IsToldWithoutAWrite()
    {
        var call = Situations.Notifying();
        call.Ack("B1");
        Assert.False(call.Last.Durable);
        Assert.Equal(["progress B ringing"], call.Heard("A1"));
        Assert.Equal(LegPhase.Ringing, call.Leg("B"));
    }

    [Fact]
    public void RingConfirmedLate_MovesTheDeadlineAndIsWritten()
    {
        var call = Situations.Notifying();
        call.At = 40;
        call.Ack("B1");
        Assert.True(call.Last.Durable);
        Assert.Equal(Bench.T0.AddSeconds(70), call.Deadline);
    }

    [Fact]
    public void Restored_AfterAConfirmedRing_IsNotBehindWhatWasTold()
    {
        var call = Situations.Notifying();
        var row = call.Call;
        call.Ack("B1");
        var told = call.Inbox("A1").OfType<CallProgress>().Single();
        call.State = Restored(row, call.Now);
        Assert.True(call.Call.Seq >= told.Seq);
        Assert.Equal(LegPhase.Ringing, call.Leg("B"));
        call.Accept("B1");
        Assert.All(call.Inbox("A1").OfType<CallEvent>(), what => Assert.True(what.Seq > told.Seq));
    }

    [Fact]
    public void Restored_ManyCallees_HasANumberForEachThatMayHaveRung()
    {
        var call = new Bench();
        call.Start(callees: "BCD", offer: Bench.Offer);
        call.Reject("C1");
        var row = call.Call;
        call.Ack("B1");
        call.Ack("D1");
        Assert.False(call.Last.Durable);
        Assert.Equal(Restored(row, call.Now).Seq, call.Call.Seq);
        call.State = Restored(row, call.Now);
        Assert.Equal((LegPhase.Ringing, LegPhase.Declined, LegPhase.Ringing), (call.Leg("B"), call.Leg("C"), call.Leg("D")));
    }

    [Fact]
    public void Restored_NobodyConfirmedTheRing_ALateAlertStillHasItsThirtySeconds()
    {
        var call = Situations.Notifying();
        call.State = Restored(call.Call, call.Now);
        call.At = 50;
        call.Ack("B1");
        Assert.True(call.Last.Durable);
        Assert.Equal(Bench.T0.AddSeconds(80), call.Deadline);
        call.At = 70;
        call.Ack("B2");
        Assert.Equal(Bench.T0.AddSeconds(80), call.Deadline);
    }

    [Fact]
    public void Restored_AgainAfterAConfirmation_StaysWrittenOnce()
    {
        var call = Situations.Notifying();
        call.State = Restored(call.Call, call.Now);
        call.Ack("B1");
        Assert.True(call.Last.Durable);
        var again = Restored(call.Call, call.Now);
        Assert.Equal(Invariants.Json(call.Call), Invariants.Json(again));
        Assert.True(call.Ack("B1").Succeeded);
        Assert.True(call.ToldNobody && !call.Last.Durable);
    }

    [Fact]
    public void CalleeWhoWasOffline_ConfirmsWithAWrite_AndIsNotTakenToHaveRungAfterACrash()
    {
        var call = new Bench { Answers = _ => new Admission { Outcome = AdmissionOutcome.Admitted } };
        call.Start();
        Assert.Equal(Invariants.Json(call.Call), Invariants.Json(Restored(call.Call, call.Now)));
        call.Ack("B1");
        Assert.True(call.Last.Durable);
    }

    [Fact]
    public void Restored_BlockedCallee_IsNoNearerToAnAnswer()
    {
        var call = new Bench().Will("B", AdmissionOutcome.Blocked);
        call.Start();
        var row = call.Call;
        Assert.Equal(Invariants.Json(row), Invariants.Json(Restored(row, call.Now)));
    }

    [Fact]
    public void Restored_RowOfTheVersionBefore_IsAsItWas()
    {
        var row = Situations.Notifying().Call with { SetAside = 0 };
        Assert.Equal(Invariants.Json(row), Invariants.Json(Restored(row, Bench.T0)));
    }

    [Fact]
    public void Restored_EndedCall_IsFinal()
    {
        var call = Situations.Notifying();
        call.End("A1");
        Assert.Equal(Invariants.Json(call.Call), Invariants.Json(Restored(call.Call, call.Now)));
    }

    [Fact]
    public void Restored_ByAClockThatIsBehind_RingsNoLongerThanItWasMeantTo()
    {
        var call = Situations.Notifying();
        Assert.Equal(Bench.T0.AddSeconds(60), call.Deadline);
        var restored = CallMachine.Restored(call.Call, Bench.T0.AddMinutes(-10), new CallOptions());
        Assert.Equal(Bench.T0.AddMinutes(-9), CallMachine.NextDeadline(restored, new CallOptions()));
    }

    [Fact]
    public void Restored_ByAClockThatIsBehind_WaitsForNothingLongerThanAtFirst()
    {
        var options = new CallOptions();
        var call = Situations.Notifying();
        call.Accept("B1", ready: false);
        var row = call.Call;
        var away = row with
        {
            Caller = row.Caller with { AwayUntil = Bench.T0.AddSeconds(30), ConnectBy = Bench.T0.AddSeconds(30) },
        };
        var now = Bench.T0.AddHours(-1);
        var restored = CallMachine.Restored(away, now, options);
        Assert.Equal(now + options.Ready, restored.Legs[0].ReadyBy);
        Assert.Equal(now + options.PartyAway, restored.Caller.AwayUntil);
        Assert.Equal(now + options.Connect, restored.Caller.ConnectBy);
    }

    private static CallState Restored(CallState row, DateTimeOffset now) => CallMachine.Restored(row, now, new CallOptions());
}
