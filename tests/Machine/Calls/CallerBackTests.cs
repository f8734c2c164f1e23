using OrleansCalls.Calls;
using OrleansCalls.History;

namespace OrleansCalls.Tests.Machine.Calls;

/// <summary>
/// The caller of a group who has left while others go on: shown as gone, invited back, and a callee from then on.
/// </summary>
public sealed class CallerBackTests
{
    [Fact]
    public void Caller_WhoHasLeft_IsShownAsGone()
    {
        var call = Situations.GroupCallerLeft();
        Assert.True(call.View("B").Caller.Left);
        Assert.Null(call.Call.Offer);
        Assert.Equal(CallErrorCode.Conflict, call.Invite("A1", "E").Error?.Code);
        Assert.Equal(CallErrorCode.Conflict, call.Accept("A1").Error?.Code);
    }

    [Theory, InlineData("A1"), InlineData("A2"), InlineData("A")]
    public void Caller_InvitedBack_RingsAndJoinsAsACallee(string device)
    {
        var call = Situations.GroupCallerLeft();
        call.At = 100;
        Assert.True(call.Invite("B1", "A").Succeeded);
        Assert.Equal(["incoming"], call.Heard("A1"));
        Assert.Equal(["incoming"], call.Heard("A2"));
        Assert.Equal(["updated"], call.Heard("C1"));
        Assert.Equal(("B", true), (call.View("A").InvitedBy?.Id, call.View("A").Caller.Left));
        Assert.Equal(["B", "C", "D", "A"], call.View("C").Legs.Select(leg => leg.UserId));
        call.Ack("A1");
        Assert.Equal(LegPhase.Ringing, call.Leg("A"));

        Assert.True(call.Accept(device).Succeeded);
        Assert.Equal((LegPhase.Joined, device.Length == 1 ? null : device), (call.Leg("A"), call.Call.LegOf("A")!.DeviceId));
        Assert.Equal(["updated"], call.Heard("B1"));
        Assert.Equal(["updated"], call.Heard("C1"));
        Assert.Equal(["ended answered_elsewhere"], call.Heard("A3"));
        Assert.Equal((false, LegPhase.Joined), (call.Call.OpenFor("A")!.IsCaller, call.Call.OpenFor("A")!.Leg));
        call.Signal("C1", "{}", to: "A");
        Assert.Equal(["signal C candidate {}"], call.Heard(device.Length == 1 ? "A1" : device));
        call.Signal(device, "{}", to: "B");
        Assert.Equal(["signal A candidate {}"], call.Heard("B1"));
    }

    [Fact]
    public void Caller_WhoIsBack_InvitesMovesIsAwayAndLeavesLikeAnyone()
    {
        var call = Situations.GroupCallerRung();
        call.Accept("A1");
        Assert.True(call.Invite("A1", "E").Succeeded);
        Assert.Null(call.View("E").InvitedBy);
        call.Accept("E1");
        Assert.Equal(["updated"], call.Heard("A1"));
        Assert.True(call.Move("A2").Succeeded);
        Assert.Equal("A2", call.Call.LegOf("A")!.DeviceId);
        call.Away("A2");
        call.Tick(31);
        Assert.Equal((CallPhase.Active, LegPhase.Left), (call.Phase, call.Leg("A")));
        Assert.Equal(["ended lost"], call.Heard("A2"));
        Assert.True(call.Invite("E1", "A").Succeeded);
        call.Accept("A1");
        foreach (var device in new[] { "B1", "C1", "E1" })
            call.End(device);
        Assert.Equal(EndReason.Completed, call.Reason);
        Assert.Equal(["ended completed"], call.Heard("A1"));
    }

    [Fact]
    public void Caller_InvitedBack_DeclinesOrDoesNotAnswer_AndMissesTheInvitersCall()
    {
        var call = Situations.GroupCallerRung();
        call.End("A1");
        Assert.Equal((CallPhase.Active, LegPhase.Declined), (call.Phase, call.Leg("A")));
        Assert.Equal(["ended rejected_elsewhere"], call.Heard("A2"));
        Assert.Equal(["updated"], call.Heard("B1"));

        call = Situations.GroupCallerRung();
        call.Tick(120);
        Assert.Equal(LegPhase.Missed, call.Leg("A"));
        Assert.Equal(
            ("A", "B"), (Assert.Single(call.Missed), call.Last.Notices.Single(n => n.Missed is not null).Missed!.CallerId));
    }

    [Fact]
    public void Caller_InvitedBackByOneWhomTheyBlock_IsNotRungAndNotTold()
    {
        var call = Situations.GroupCallerLeft();
        call.Will("A", AdmissionOutcome.Blocked);
        Assert.True(call.Invite("B1", "A").Succeeded);
        Assert.Empty(call.Heard("A1"));
        Assert.Equal(LegPhase.Notifying, call.View("B").Legs[^1].State);
        Assert.Equal(CallErrorCode.Forbidden, call.Accept("A1").Error?.Code);
        call.Tick(120);
        Assert.Equal(LegPhase.Missed, call.View("B").Legs[^1].State);
    }

    [Fact]
    public void Caller_InvitedBack_IsNoSeventeenthCallee()
    {
        var call = new Bench();
        call.Start(callees: "BCDEFGHIJKLMNOPQ");
        call.Accept("B1");
        call.Accept("C1");
        call.End("A1");
        Assert.Equal(CallErrorCode.InvalidArgument, call.Invite("B1", "R").Error?.Code);
        Assert.True(call.Invite("B1", "A").Succeeded);
        Assert.Equal(CallErrorCode.InvalidArgument, call.Invite("C1", "A").Error?.Code);
    }

    [Fact]
    public void Caller_WhoWasInvitedBack_IsInHistoryOnce()
    {
        var call = Situations.GroupCallerRung();
        call.Reject("A1");
        call.End("B1");
        Assert.Equal(CallPhase.Ended, call.Phase);
        var caller = Assert.Single(CallSessions.From(call.Call).Participants, person => person.UserId == "A");
        Assert.Equal((true, HistoryOutcome.Answered), (caller.IsCaller, caller.Outcome));
    }

    [Fact]
    public void UsersGrains_KeepACallerWhoIsBack_AsACalleeOfTheInviter()
    {
        var world = new World();
        world.Start("g", "A1", "BC");
        foreach (var callee in new[] { "B1", "C1" })
            world.Do("g", new AcceptCall { Actor = Bench.By(callee), Ready = true });
        world.Do("g", new EndCall { Actor = Bench.By("A1") });
        Assert.Null(world.User("A").Find("g"));
        // Two groups that want the same caller back are two calls, not one that takes the other's place.
        world.Start("h", "A1", "DE");
        foreach (var callee in new[] { "D1", "E1" })
            world.Do("h", new AcceptCall { Actor = Bench.By(callee), Ready = true });
        world.Do("h", new EndCall { Actor = Bench.By("A1") });
        world.Do("g", new InviteToCall { Actor = Bench.By("B1"), CalleeIds = ["A"] });
        world.Do("h", new InviteToCall { Actor = Bench.By("D1"), CalleeIds = ["A"] });
        Assert.Equal((CallPhase.Active, CallPhase.Active), (world.Call("g").Phase, world.Call("h").Phase));
        world.Do("g", new AcceptCall { Actor = Bench.By("A1"), Ready = true });
        Assert.Equal(LegPhase.Joined, world.User("A").Find("g")!.Leg);
    }
}
