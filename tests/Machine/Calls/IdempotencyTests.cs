using System.Text.Json;

namespace OrleansCalls.Tests.Machine.Calls;

/// <summary>The same command again: the same answer, nobody is told, nothing is written.</summary>
public sealed class IdempotencyTests
{
    /// <summary>Sent twice these mean two things, and are not numbered.</summary>
    private static readonly string[] Repeatable = ["SendSignal", "RequestOffer"];

    [Fact]
    public void EveryCommand_GivenTwiceByEveryActorInEveryState_ActsOnce()
    {
        var situations = Situations.OneToOne.Concat(Situations.Group).Select(s => s.Reach)
            .Concat(Situations.Ended.Select(way => way.Reach)).ToList();
        var acted = 0;
        foreach (var reach in situations)
            foreach (var (name, make) in StateTable.Asked)
                foreach (var who in new[] { "A1", "A2", "A", "B1", "B2", "B", "C1", "D1", "X1" })
                    acted += Twice(reach(), name, _ => make(who) with { Actor = Bench.By(who) }) ? 1 : 0;
        Assert.True(acted > 100, $"Only {acted} commands did anything.");
    }

    [Fact]
    public void EveryWordOfTheService_GivenTwice_ActsOnce()
    {
        foreach (var (_, reach) in Situations.OneToOne.Concat(Situations.Group))
            foreach (var (name, make) in StateTable.Said)
                Twice(reach(), name, make);
    }

    private static bool Twice(Bench bench, string name, Func<Bench, CallCommand> make)
    {
        bench.At = (bench.Now - Bench.T0).TotalSeconds + 1;
        var command = make(bench);
        var first = bench.Do(command);
        var acted = !bench.ToldNobody;
        if (Repeatable.Any(repeatable => name.StartsWith(repeatable, StringComparison.Ordinal)))
            return acted;
        var again = bench.Do(command);
        Assert.True(bench.ToldNobody, $"{name} by {command.Actor?.DeviceId}: told twice");
        Assert.False(bench.Last.Durable, $"{name} by {command.Actor?.DeviceId}: written twice");
        // An invite finds its people in the call the second time, as anybody else's invite does.
        if (command is InviteToCall && first.Succeeded)
            Assert.Equal(CallErrorCode.InvalidArgument, again.Error?.Code);
        else
            Assert.Equal(Outcome(first), Outcome(again));
        return acted;
    }

    private static string Outcome(CallReply reply) => JsonSerializer.Serialize(reply);

    [Fact]
    public void StartCall_Twice_AnswersTheSameAndAsksNobodyAgain()
    {
        var call = new Bench();
        var first = call.Start(callees: "BC", offer: Bench.Offer);
        var again = call.Start(callees: "BC", offer: Bench.Offer);
        Assert.Equal(Outcome(first), Outcome(again));
        Assert.True(call.ToldNobody && !call.Last.Durable && call.Last.Ask.IsEmpty);
    }

    [Fact]
    public void Ready_AfterAnAcceptWithAnswer_IsNoSecondEvent()
    {
        var call = Situations.Ringing();
        call.Accept("B1", answer: Bench.Answer);
        call.Ready("B1", Bench.Answer);
        Assert.True(call.ToldNobody && !call.Last.Durable);
        call.Accept("B1", answer: Bench.Answer);
        Assert.True(call.ToldNobody);
    }

    /// <summary>What the caller's device was given first is what it is shown when it comes back.</summary>
    [Theory, InlineData(null), InlineData("v=0 another")]
    public void Answer_OfTheAccept_Stays_WhateverComesWithTheReady(string? other)
    {
        var call = Situations.Ringing();
        call.Accept("B1", ready: false, answer: Bench.Answer);
        call.Ready("B1", other is null ? null : new SessionDescription { Type = "answer", Sdp = other });
        Assert.Equal((CallPhase.Active, Bench.Answer), (call.Phase, call.Call.LegOf("B")!.Answer));
    }

    [Fact]
    public void Ready_WithTheAnswerThatTheAcceptLacked_IsPassedOnOnce()
    {
        var call = Situations.Ringing();
        call.Accept("B1");
        call.Ready("B1", Bench.Answer);
        Assert.Equal(["ready B answer"], call.Heard("A1"));
        call.Ready("B1", Bench.Answer);
        Assert.True(call.ToldNobody);
    }

    [Fact]
    public void Accept_ReadyAfterNotReady_IsReady()
    {
        var call = Situations.Connecting();
        call.Accept("B1", answer: Bench.Answer);
        Assert.Equal(CallPhase.Active, call.Phase);
        Assert.Equal(["ready B answer"], call.Heard("A1"));
        call.Accept("B1", ready: false);
        Assert.Equal((CallPhase.Active, true), (call.Phase, call.ToldNobody));
    }

    [Fact]
    public void Tombstone_OfEveryWayToEnd_IsFinalAndSmall()
    {
        foreach (var (reason, reach) in Situations.Ended)
        {
            var call = reach();
            Assert.Equal(reason, call.Start().Call?.EndReason);
            Assert.Null(call.Call.Offer);
            Assert.Equal(reason, call.Call.EndReason);
            Assert.True(Invariants.Json(call.Call).Length < 4096, $"{reason}: {Invariants.Json(call.Call).Length} characters");
        }
    }
}
