using OrleansCalls.Calls;
using OrleansCalls.Tests.Machine.Calls;

namespace OrleansCalls.Tests.Machine.Webhooks;

/// <summary>The question before anything rings: when it is asked, and what a no does.</summary>
public sealed class AuthorizeTests
{
    private static readonly CallError No = new() { Code = CallErrorCode.Forbidden, Detail = "not on Sundays" };

    [Fact]
    public void Start_IsAskedForWithTheCallAsItWouldBe()
    {
        var question = Decide(null, Start()).Question!;
        Assert.Equal(
            ("A", "call-1", CallPhase.Ringing, 0L),
            (question.UserId, question.Call.CallId, question.Call.State, question.Call.Seq));
        Assert.Equal("B", Assert.Single(question.CalleeIds));
    }

    [Fact]
    public void Start_Denied_LeavesNothing()
    {
        var decision = Decide(null, Start(), No);
        Assert.Equal((No, null, false), (decision.Reply.Error, decision.State, decision.Durable));
        Assert.Empty(decision.Ask);
        Assert.Empty(decision.Notices);
    }

    [Fact]
    public void Invite_IsAskedForTheNewOnesOnly_AndANoChangesNothing()
    {
        var bench = Situations.Active();
        var invite = new InviteToCall { Actor = Bench.By("B1"), CalleeIds = ["C"] };
        var question = Decide(bench.State, invite, now: bench.Now).Question!;
        Assert.Equal("B", question.UserId);
        Assert.Equal("C", Assert.Single(question.CalleeIds));
        Assert.Equal(["B", "C"], question.Call.Legs.Select(leg => leg.UserId));

        var denied = Decide(bench.State, invite, No, bench.Now);
        Assert.Equal((No, false), (denied.Reply.Error, denied.Durable));
        Assert.Equal(Invariants.Json(bench.Call), Invariants.Json(denied.State!));
    }

    [Fact]
    public void Invite_Denied_AfterADeadlineThatPassedMeanwhile_StillCarriesIt()
    {
        var bench = Situations.GroupActive();
        var denied = Decide(
            bench.State, new InviteToCall { Actor = Bench.By("B1"), CalleeIds = ["E"] }, No, Bench.T0.AddSeconds(61));
        Assert.True(denied.Durable);
        Assert.Equal(LegPhase.Missed, denied.State!.LegOf("C")!.Phase);
        Assert.Null(denied.State.LegOf("E"));
    }

    [Fact]
    public void WhatIsThereAlready_IsNotAskedAgain()
    {
        Assert.Null(Decide(Situations.Ringing().State, Start()).Question);
        Assert.Null(Decide(Situations.Ended[0].Reach().State, Start()).Question);
    }

    private static StartCall Start() =>
        new() { Actor = Bench.By("A1"), CallId = "call-1", CalleeIds = ["B"], Media = CallMedia.Audio };

    private static Decision Decide(CallState? state, CallCommand command, CallError? denied = null, DateTimeOffset? now = null) =>
        CallMachine.Decide(
            state, command, new CallContext { Now = now ?? Bench.T0, Options = new CallOptions(), Denied = denied });
}
