namespace OrleansCalls.Tests.Machine.Calls;

/// <summary>More people into a live call, and a call moved to another own device.</summary>
public sealed class InviteTests
{
    [Theory, InlineData("A1"), InlineData("B1")]
    public void Invite_ByAnyoneInTheCall_RingsTheNewOnes(string who)
    {
        var call = Situations.Active();
        call.At = 100;
        call.Invite(who, "CE");
        Assert.Equal(["incoming offer"], call.Heard("C1"));
        Assert.Equal(["incoming offer"], call.Heard("E2"));
        Assert.Equal(["updated"], call.Heard("A1"));
        Assert.Equal(["updated"], call.Heard("B1"));
        Assert.Equal(Bench.T0.AddSeconds(160), call.Deadline);
        Assert.Equal(["C", "E"], call.Last.Notices.Where(n => n.Call?.Leg == LegPhase.Notifying).Select(n => n.UserId));
        call.Accept("C1");
        Assert.Equal(["accepted C C1"], call.Heard("A1"));
        Assert.Equal(["updated"], call.Heard("B1"));
        call.Tick(160);
        Assert.Equal((CallPhase.Active, LegPhase.Missed), (call.Phase, call.Leg("E")));
        Assert.Equal(["E"], call.Missed);
    }

    [Fact]
    public void Invite_OfOneWhoDeclined_RingsAgainAndIsOneLeg()
    {
        var call = Situations.GroupActive();
        var seq = call.Call.Seq;
        call.At = 30;
        call.Invite("A1", "D");
        Assert.Equal(["incoming offer"], call.Heard("D1"));
        Assert.Equal(["B", "C", "D"], call.Call.Legs.Select(leg => leg.UserId));
        Assert.Equal((LegPhase.Notifying, null), (call.Leg("D"), call.View("A").Legs[2].Reason));
        Assert.True(call.Inbox("D1").OfType<CallIncoming>().Single().Seq == seq + 1);
        call.Accept("D2");
        Assert.Equal(LegPhase.Joined, call.Leg("D"));
    }

    [Fact]
    public void Invite_OfOneWhoLeft_MayComeBack()
    {
        var call = Situations.GroupActive();
        call.End("B1");
        call.Invite("A1", "B");
        Assert.Equal(["incoming offer"], call.Heard("B1"));
        call.Accept("B2");
        call.Signal("A1", "{}", to: "B");
        Assert.Equal(["signal A candidate {}"], call.Heard("B2"));
        Assert.Empty(call.Heard("B1"));
    }

    [Fact]
    public void Invite_OfSomebodyBusyBlockingOrQuiet_DoesNotRingThem()
    {
        var call = Situations.Active();
        call.Will("C", AdmissionOutcome.Busy).Will("D", AdmissionOutcome.Blocked).Will("E", AdmissionOutcome.DoNotDisturb);
        call.Invite("A1", "CDE");
        Assert.Empty(call.Heard("C1").Concat(call.Heard("D1")).Concat(call.Heard("E1")));
        Assert.Equal(
            [LegPhase.Busy, LegPhase.Notifying, LegPhase.Notifying], call.View("A").Legs.Skip(1).Select(leg => leg.State));
        Assert.Equal(["C"], call.Missed);
    }

    [Fact]
    public void Invite_ThatMakesNoSense_IsRefusedAndAsksNobody()
    {
        var call = Situations.GroupActive();
        foreach (var callees in new[] { "", "A", "B", "C", "EE", "FGHIJKLMNOPQRSTUV" })
        {
            Assert.Equal(CallErrorCode.InvalidArgument, call.Invite("A1", callees).Error?.Code);
            Assert.True(call.Last.Ask.IsEmpty && call.ToldNobody);
        }

        Assert.Equal(CallErrorCode.InvalidArgument, call.Invite("A1", "FGHIJKLMNOPQRS").Error?.Code);
        Assert.True(call.Invite("A1", "FGHIJKLMNOPQR").Succeeded);
        Assert.Equal(CallErrorCode.Conflict, call.Invite("C1", "E").Error?.Code);
        Assert.Equal(CallErrorCode.Conflict, call.Invite("D1", "E").Error?.Code);
        Assert.Equal(CallErrorCode.Forbidden, call.Invite("X1", "E").Error?.Code);
    }

    [Fact]
    public void Invite_AskedOnceDecidedAfterTheEnd_RingsNobody()
    {
        // Users answered while the last deadline passed.
        var call = Situations.Active();
        call.Away("B1");
        call.Answers = _ =>
        {
            call.At = 31;
            return new Admission { Outcome = AdmissionOutcome.Admitted };
        };
        var reply = call.Invite("A1", "C");
        Assert.Equal((CallErrorCode.Ended, EndReason.Lost), (reply.Error?.Code, call.Reason));
        Assert.Empty(call.Heard("C1"));
        Assert.Equal("C", Assert.Single(call.Last.Release));
    }

    [Theory, InlineData("A1", "A2", "B1"), InlineData("B1", "B2", "A1")]
    public void Move_ToAnotherOwnDevice_TakesSignalsAlong(string from, string to, string peer)
    {
        var call = Situations.Active();
        call.Media(from, MediaState.Connected);
        call.Away(from);
        Assert.True(call.Move(to).Succeeded);
        Assert.Equal(["ended answered_elsewhere"], call.Heard(from));
        Assert.Equal(["updated"], call.Heard(to));
        Assert.Equal(["updated"], call.Heard(peer));
        call.Signal(peer, "{}");
        Assert.Equal([$"signal {peer[..1]} candidate {{}}"], call.Heard(to));
        Assert.Empty(call.Heard(from));
        call.Signal(from, "{}");
        Assert.Empty(call.Heard(peer));
        call.Signal(to, "{}");
        Assert.Single(call.Heard(peer));
        call.Tick(31);
        Assert.Equal(CallPhase.Active, call.Phase);
        call.Media(to, MediaState.Connecting);
        Assert.Equal(Bench.T0.AddSeconds(61), call.Deadline);
    }

    [Fact]
    public void Move_ByAnyoneNotInTheCall_IsRefused()
    {
        var call = Situations.GroupActive();
        Assert.Equal(CallErrorCode.Conflict, call.Move("C1").Error?.Code);
        Assert.Equal(CallErrorCode.Conflict, call.Move("D1").Error?.Code);
        Assert.Equal(CallErrorCode.InvalidArgument, call.Move("A").Error?.Code);
        Assert.True(call.Move("A1").Succeeded);
        Assert.True(call.ToldNobody);
    }
}
