using OrleansCalls.Calls;
using OrleansCalls.History;

namespace OrleansCalls.Tests.Machine.Calls;

/// <summary>
/// Two parties who act over REST only and whose apps die: no socket can be missed, so the call ends for want of a sign of life.
/// </summary>
public sealed class SilentTests
{
    [Fact, Trait("race", "29")]
    public void Silence_OfBothFor120Seconds_EndsTheCall_AndItLastedUntilTheLastSign()
    {
        var call = Situations.ActiveByRest();
        call.At = 90;
        call.Read("B");
        call.Tick(209);
        Assert.Equal(CallPhase.Active, call.Phase);
        Assert.Equal(Bench.T0.AddSeconds(210), call.Deadline);
        call.Tick(210);
        Assert.Equal((EndReason.Lost, null, Bench.T0.AddSeconds(90)), (call.Reason, call.Call.EndedBy, call.Call.EndedAt));
        Assert.Equal(90_000, call.Inbox("A1").OfType<CallEnded>().Single().DurationMs);
        Assert.Equal(["ended lost"], call.Heard("B1"));
        Assert.Null(call.Call.OpenFor("A") ?? call.Call.OpenFor("B"));
        Assert.All(CallSessions.From(call.Call).Participants, person => Assert.Equal(HistoryOutcome.Answered, person.Outcome));
    }

    [Fact, Trait("race", "29")]
    public void Sign_OfEitherSide_IsAnyCommandOrRead_AndIsNotWritten()
    {
        foreach (var sign in new Action<Bench>[]
        {
            c => c.Read("A"), c => c.Signal("B"), c => c.Media("A", MediaState.Connected), c => c.Accept("B"),
            c => c.RequestOffer("B"),
        })
        {
            var call = Situations.ActiveByRest();
            call.At = 119;
            sign(call);
            Assert.False(call.Last.Durable);
            call.Tick(238);
            Assert.Equal(CallPhase.Active, call.Phase);
            call.Tick(239);
            Assert.Equal(EndReason.Lost, call.Reason);
        }
    }

    [Fact, Trait("race", "29")]
    public void Sign_OfOneWhoIsNotInTheCall_IsNone()
    {
        var call = Situations.ActiveByRest();
        call.At = 100;
        Assert.Equal(CallErrorCode.Forbidden, call.Read("X").Error?.Code);
        call.Do(new ReadCall());
        call.Pushed("B1");
        call.Do(new CheckDeadlines());
        call.Tick(120);
        Assert.Equal(EndReason.Lost, call.Reason);
    }

    [Theory, Trait("race", "29"), InlineData("A1", "B"), InlineData("A", "B1"), InlineData("A1", "B1")]
    public void SocketOfEitherSide_ShowsWhetherItIsThere(string caller, string callee)
    {
        var call = new Bench();
        call.Start(caller);
        call.Accept(callee);
        call.Tick(3600);
        Assert.Equal(CallPhase.Active, call.Phase);
        Assert.Null(call.Call.SignAt);
    }

    [Fact, Trait("race", "29")]
    public void SocketThatComesLater_Counts_AndItsPartLeavingMakesTheRestSilent()
    {
        var call = new Bench();
        call.Start("A", callees: "BC");
        call.Do(new AcceptCall { Actor = Bench.By("B1") with { OverSocket = false }, Ready = true });
        call.Accept("C");
        call.At = 100;
        call.Back("B1");
        call.Tick(3600);
        Assert.Equal(CallPhase.Active, call.Phase);
        call.End("B1");
        call.Tick(3719);
        Assert.Equal(CallPhase.Active, call.Phase);
        call.Tick(3720);
        Assert.Equal(EndReason.Lost, call.Reason);
    }

    [Fact]
    public void Restored_SilentCall_HasItsTimeFromThen()
    {
        // Signs are not written: those since the last write went with the process.
        var call = Situations.ActiveByRest();
        call.At = 500;
        call.State = CallMachine.Restored(call.Call, call.Now, new CallOptions());
        call.Tick(619);
        Assert.Equal(CallPhase.Active, call.Phase);
        call.Tick(620);
        Assert.Equal(EndReason.Lost, call.Reason);
    }

    [Fact]
    public void Group_InWhichSomebodyStillRings_EndsForThemToo()
    {
        var call = Situations.ActiveByRest();
        call.At = 60;
        call.Do(new InviteToCall { Actor = Bench.By("A"), CalleeIds = ["C"] });
        call.At = 100;
        call.Ack("C1");
        call.Tick(119);
        Assert.Equal((CallPhase.Active, true), (call.Phase, call.Call.LegOf("C")!.IsPending));
        call.Tick(220);
        Assert.Equal((EndReason.Lost, LegPhase.Missed), (call.Reason, call.Leg("C")));
    }
}
