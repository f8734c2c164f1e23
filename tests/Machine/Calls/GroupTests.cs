using OrleansCalls.History;

namespace OrleansCalls.Tests.Machine.Calls;

/// <summary>
/// Calls to several people, up to 16: every callee's own outcome, and what the call ends with.
/// Numbers are those of the race list.
/// </summary>
public sealed class GroupTests
{
    private const string Sixteen = "BCDEFGHIJKLMNOPQ";

    [Fact]
    public void Group_OfSixteen_KeepsEachCalleesOwnOutcome()
    {
        var call = new Bench().Will("B", AdmissionOutcome.Busy).Will("C", AdmissionOutcome.Blocked)
            .Will("D", AdmissionOutcome.DoNotDisturb);
        call.Start(callees: Sixteen);
        Assert.Equal(["B"], call.Missed);
        Assert.Empty(call.Heard("B1").Concat(call.Heard("C1")).Concat(call.Heard("D1")));
        Assert.All(Sixteen[3..], id => Assert.Equal(["incoming"], call.Heard(id + "1")));
        call.Pushed("E1");
        call.Ack("F1");
        call.Ack("G1");
        call.Reject("G1");
        call.Accept("H1");
        call.Accept("I1", ready: false);
        call.Accept("J1");
        call.End("J1");
        call.Tick(60);
        Assert.Equal(CallPhase.Active, call.Phase);
        Assert.Equal(Sixteen[9..].Select(id => id.ToString()).Prepend("F").Prepend("E").Prepend("D"), call.Missed.Order());
        Assert.Equal(
            [
                LegPhase.Busy, LegPhase.Missed, LegPhase.Missed, LegPhase.Missed, LegPhase.Missed, LegPhase.Declined,
                LegPhase.Joined, LegPhase.Left, LegPhase.Left,
            ],
            call.View("A").Legs.Take(9).Select(leg => leg.State));
        Assert.Equal(LegPhase.Blocked, call.Leg("C"));

        call.End("A1");
        Assert.Equal((EndReason.Completed, LegPhase.Left), (call.Reason, call.Leg("H")));
        var history = CallSessions.From(call.Call).Participants;
        Assert.DoesNotContain(history, p => p.UserId == "C");
        Assert.Equal(HistoryOutcome.Answered, Of("A"));
        Assert.Equal(HistoryOutcome.Answered, Of("H"));
        Assert.Equal(HistoryOutcome.Declined, Of("G"));
        Assert.All("BDEFKLMNOPQ", id => Assert.Equal(HistoryOutcome.Missed, Of(id.ToString())));

        HistoryOutcome Of(string userId) => history.Single(p => p.UserId == userId).Outcome;
    }

    [Theory]
    [InlineData("declined declined", EndReason.Rejected)]
    [InlineData("busy busy", EndReason.Busy)]
    [InlineData("busy declined", EndReason.Rejected)]
    [InlineData("missed missed", EndReason.Unreachable)]
    [InlineData("alerted missed", EndReason.NoAnswer)]
    [InlineData("declined missed", EndReason.NoAnswer)]
    [InlineData("declined alerted", EndReason.NoAnswer)]
    [InlineData("busy missed", EndReason.Unreachable)]
    [InlineData("busy alerted", EndReason.NoAnswer)]
    [InlineData("blocked declined", EndReason.NoAnswer)]
    [InlineData("blocked busy", EndReason.Unreachable)]
    [InlineData("blocked blocked", EndReason.Unreachable)]
    public void Group_ThatNobodyAnswers_EndsForTheReasonThatFitsAll(string outcomes, EndReason reason)
    {
        var call = new Bench();
        var wanted = outcomes.Split(' ').Zip(["B", "C"]).ToList();
        foreach (var (outcome, id) in wanted)
            if (outcome is "busy" or "blocked")
                call.Will(id, outcome == "busy" ? AdmissionOutcome.Busy : AdmissionOutcome.Blocked);
        call.Start(callees: "BC");
        foreach (var (outcome, id) in wanted)
        {
            if (outcome == "alerted")
                call.Ack(id + "1");
            if (outcome == "declined")
                call.Reject(id + "1");
        }

        call.Tick(60);
        Assert.Equal(reason, call.Reason);
        Assert.Equal($"ended {OrleansCalls.EnumNames.Snake(reason)}", call.HeardSoFar("A1")[^1]);
    }

    [Fact]
    public void Group_OneDeclines_RingsOnForTheOthers()
    {
        var call = Situations.GroupRinging();
        Assert.Equal((CallPhase.Ringing, LegPhase.Declined), (call.Phase, call.Leg("D")));
        Assert.Equal(["rejected D"], call.Heard("A1"));
        Assert.Equal(["updated"], call.Heard("B1"));
        Assert.Equal(["ended rejected"], call.Heard("D1"));
        Assert.Equal(["ended rejected_elsewhere"], call.Heard("D2"));
    }

    [Fact]
    public void Group_LastOneDeclines_EndsWithThatOne()
    {
        var call = Situations.GroupRinging();
        call.Reject("B1");
        call.Reject("C1");
        Assert.Equal((EndReason.Rejected, "C"), (call.Reason, call.Call.EndedBy));
        Assert.Equal(["rejected C", "ended rejected"], call.Heard("A1"));
        Assert.Equal(["ended rejected"], call.Heard("C1"));
        Assert.Empty(call.Heard("B1"));
    }

    [Fact, Trait("race", "31")]
    public void Caller_WhoLeavesBeforeAnyoneJoined_CancelsAllRings()
    {
        var call = Situations.GroupRinging();
        call.End("A1");
        Assert.Equal(EndReason.Cancelled, call.Reason);
        Assert.Equal(["ended cancelled"], call.Heard("B1"));
        Assert.Equal(["ended cancelled"], call.Heard("C1"));
        Assert.Empty(call.Heard("D1"));
        Assert.Equal(["B", "C"], call.Missed);
    }

    [Fact, Trait("race", "31")]
    public void Caller_WhoLeavesAfterSomebodyJoined_LetsTheRestRingOn()
    {
        var call = Situations.GroupActive();
        call.End("A1");
        Assert.Equal(CallPhase.Active, call.Phase);
        Assert.Equal(["updated"], call.Heard("B1"));
        Assert.Equal(["ended completed"], call.Heard("A2"));
        call.Accept("C1");
        Assert.Equal(["updated"], call.Heard("B1"));
        Assert.Empty(call.Heard("A1"));
        call.End("C1");
        Assert.Equal(EndReason.Completed, call.Reason);
    }

    [Fact]
    public void Group_AloneAndNobodyRinging_Ends()
    {
        var call = Situations.GroupActive();
        call.Reject("C1");
        Assert.Equal(CallPhase.Active, call.Phase);
        call.End("B1");
        Assert.Equal(EndReason.Completed, call.Reason);
        Assert.Equal(["ended completed"], call.Heard("A1"));
    }

    [Fact]
    public void Group_AloneWhileSomebodyRings_WaitsForThem()
    {
        var call = Situations.GroupActive();
        call.End("B1");
        Assert.Equal(CallPhase.Active, call.Phase);
        call.Tick(60);
        Assert.Equal(EndReason.Completed, call.Reason);
        Assert.Equal(["ended no_answer"], call.Heard("C1"));
        Assert.Equal(["C"], call.Missed);
    }

    [Fact]
    public void Group_RingOfOneEnds_WhileOthersGoOn()
    {
        var call = new Bench();
        call.Start(callees: "BC");
        call.At = 50;
        call.Ack("B1");
        call.Tick(60);
        Assert.Equal((CallPhase.Ringing, LegPhase.Missed), (call.Phase, call.Leg("C")));
        Assert.Equal(["ended unreachable"], call.Heard("C1"));
        Assert.Equal(["updated"], call.Heard("A1"));
        Assert.Equal(["C"], call.Missed);
        call.Tick(80);
        Assert.Equal(EndReason.NoAnswer, call.Reason);
        Assert.Equal(["B"], call.Missed);
    }

    [Fact]
    public void Group_OneNeverReady_LeavesAloneTheOthers()
    {
        var call = Situations.GroupActive();
        call.Accept("C1", ready: false);
        call.Tick(20);
        Assert.Equal((CallPhase.Active, LegPhase.Left), (call.Phase, call.Leg("C")));
        Assert.Equal(["ended connect_timeout"], call.Heard("C1"));
        Assert.Equal(["updated"], call.Heard("B1"));
    }

    [Fact]
    public void Group_OneAwayTooLong_LeavesAloneTheOthers()
    {
        var call = Situations.GroupCallerLeft();
        call.Invite("B1", "E");
        call.Accept("E1");
        call.Away("B1");
        call.Tick(30);
        Assert.Equal((CallPhase.Active, LegPhase.Left), (call.Phase, call.Leg("B")));
        Assert.Equal(["ended lost"], call.Heard("B1"));
    }
}
