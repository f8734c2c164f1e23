using OrleansCalls.Calls;

namespace OrleansCalls.Tests.Machine.Calls;

/// <summary>Two calls between the same or overlapping people: glare, re-call, busy. Numbers are those of the race list.</summary>
public sealed class TwoCallTests
{
    [Theory, Trait("race", "1"), InlineData("A", "B"), InlineData("B", "A")]
    public void Glare_SameMedia_EndsUpInTheFirstCallAndNobodyRings(string first, string second)
    {
        var world = new World();
        world.Start("c1", first + "1", second);
        var reply = world.Start("c2", second + "1", first);
        Assert.Equal(("c1", CallPhase.Connecting), (reply.Call?.CallId, reply.Call?.State));
        Assert.Equal(EndReason.Replaced, world.Call("c2").Reason);
        Assert.DoesNotContain(
            world.Call("c2").HeardSoFar(first + "1"), text => text.StartsWith("incoming", StringComparison.Ordinal));
        Assert.Equal([$"accepted {second} {second}1"], world.Call("c1").Heard(first + "1"));
        Assert.Equal("c1", Assert.Single(world.User(first).All).CallId);
        Assert.Equal("c1", Assert.Single(world.User(second).All).CallId);
    }

    [Theory, Trait("race", "1"), InlineData("A", "B"), InlineData("B", "A")]
    public void Glare_OtherMedia_ShowsTheFirstCallRinging(string first, string second)
    {
        var world = new World();
        world.Start("c1", first + "1", second);
        var reply = world.Start("c2", second + "1", first, CallMedia.Video);
        Assert.Equal(("c1", CallPhase.Ringing), (reply.Call?.CallId, reply.Call?.State));
        Assert.Equal(EndReason.Replaced, world.Call("c2").Reason);
        Assert.Empty(world.Call("c2").HeardSoFar(first + "1"));
        world.Do("c1", new AcceptCall { Actor = Bench.By(second + "1") });
        Assert.Equal(CallPhase.Active, world.Call("c1").Phase);
    }

    [Fact, Trait("race", "1"), Trait("race", "13")]
    public void Glare_StartedAgain_AnswersWithTheSurvivor()
    {
        var world = new World();
        world.Start("c1", "A1", "B");
        world.Start("c2", "B1", "A");
        world.Do("c1", new ReadyCall { Actor = Bench.By("B1") });
        var again = world.Start("c2", "B1", "A");
        Assert.Equal(("c1", CallPhase.Active), (again.Call?.CallId, again.Call?.State));
    }

    [Fact, Trait("race", "1")]
    public void Glare_InBothPlacesAtOnce_KeepsOneCall()
    {
        // Both starts have asked A before either has asked B: who is first at A is first.
        var (atA, atB) = (new OrleansCalls.Users.OpenCalls(), new OrleansCalls.Users.OpenCalls());
        var fromA = Question("c1", "A1", "B");
        var fromB = Question("c2", "B1", "A");
        Assert.Equal(["A", "B"], fromA.Select(ask => ask.UserId));
        Assert.Equal(["A", "B"], fromB.Select(ask => ask.UserId));
        var settings = new UserSettings();
        Assert.Equal(AdmissionOutcome.Admitted, atA.Admit("A", fromA[0].Request, settings, Bench.T0).Outcome);
        Assert.Equal(AdmissionOutcome.Glare, atA.Admit("A", fromB[0].Request, settings, Bench.T0).Outcome);
        Assert.Equal(AdmissionOutcome.Admitted, atB.Admit("B", fromA[1].Request, settings, Bench.T0).Outcome);

        static (string UserId, AdmissionRequest Request)[] Question(string callId, string who, string callee) =>
            [.. CallMachine.Decide(
                null,
                new StartCall { Actor = Bench.By(who), CallId = callId, CalleeIds = [callee], Media = CallMedia.Audio },
                new CallContext { Now = Bench.T0, Options = new CallOptions() }).Ask];
    }

    [Theory, Trait("race", "2"), InlineData("A1", "B"), InlineData("A2", "B"), InlineData("B1", "A")]
    public void ReCall_OfTheSameTwoInAnActiveCall_ReplacesItAndIsNotBusy(string who, string callee)
    {
        var world = new World();
        world.Start("c1", "A1", "B");
        world.Do("c1", new AcceptCall { Actor = Bench.By("B1") });
        world.At = 30;
        var reply = world.Start("c2", who, callee);
        Assert.Equal(CallPhase.Ringing, reply.Call?.State);
        Assert.Equal(EndReason.Replaced, world.Call("c1").Reason);
        Assert.Equal(["ended replaced"], world.Call("c1").Heard("B1"));
        Assert.Equal(["ended replaced"], world.Call("c1").Heard("A1"));
        Assert.Equal(["incoming"], world.Call("c2").Heard(callee + "2"));
        Assert.Empty(world.Call("c1").Missed);
        Assert.Equal("c2", Assert.Single(world.User("A").All).CallId);
        Assert.Equal("c2", Assert.Single(world.User("B").All).CallId);
    }

    [Fact, Trait("race", "2")]
    public void ReCall_WhileTheFirstStillRings_ReplacesItWithoutAMissedCall()
    {
        var world = new World();
        world.Start("c1", "A1", "B");
        world.Start("c2", "A1", "B");
        Assert.Equal((EndReason.Replaced, CallPhase.Ringing), (world.Call("c1").Reason, world.Call("c2").Phase));
        Assert.Empty(world.Call("c1").Missed);
    }

    [Theory, Trait("race", "7"), InlineData(false), InlineData(true)]
    public void Callee_InACallWithSomebodyElse_IsBusyWithoutCallWaiting(bool ready)
    {
        var world = new World();
        world.Start("c1", "C1", "B");
        world.Do("c1", new AcceptCall { Actor = Bench.By("B1"), Ready = ready });
        var reply = world.Start("c2", "A1", "B");
        Assert.Equal((CallPhase.Ended, EndReason.Busy), (reply.Call?.State, reply.Call?.EndReason));
        Assert.Equal(["ended busy"], world.Call("c2").Heard("A1"));
        Assert.Empty(world.Call("c2").HeardSoFar("B2"));
        Assert.Equal(["B"], world.Call("c2").Missed);
        Assert.Empty(world.User("A").All);
    }

    [Fact, Trait("race", "7")]
    public void Callee_WithCallWaiting_RingsAlthoughInACall()
    {
        var world = new World { Settings = { ["B"] = new UserSettings { CallWaiting = true } } };
        world.Start("c1", "C1", "B");
        world.Do("c1", new AcceptCall { Actor = Bench.By("B1") });
        world.Start("c2", "A1", "B");
        Assert.Equal(["incoming"], world.Call("c2").Heard("B1"));
    }

    [Fact, Trait("race", "7")]
    public void Callee_WhoIsOnlyRungOrRings_IsNotBusy()
    {
        var world = new World();
        world.Start("c1", "C1", "B");
        world.Start("c2", "B1", "D");
        world.Start("c3", "A1", "B");
        Assert.Equal(["incoming"], world.Call("c3").Heard("B1"));
    }

    [Fact]
    public void RateLimit_ThreeUnansweredRingsOfAPair_AreTheMost()
    {
        var world = new World();
        foreach (var i in new[] { 1, 2, 3 })
        {
            world.At = i * 10;
            world.Start($"c{i}", "A1", "B");
            world.Do($"c{i}", new EndCall { Actor = Bench.By("A1") });
        }

        world.At = 40;
        var refused = world.Start("c4", "A1", "B");
        Assert.Equal((CallErrorCode.RateLimited, TimeSpan.FromSeconds(90)), (refused.Error?.Code, refused.Error?.RetryAfter));
        Assert.Empty(world.User("B").All);
        Assert.True(world.Start("c5", "A1", "C").Succeeded);
        world.At = 130;
        Assert.True(world.Start("c6", "A1", "B").Succeeded);
    }

    [Fact]
    public void RateLimit_AfterAnAnswer_StartsAnew()
    {
        var world = new World();
        foreach (var i in new[] { 1, 2, 3, 4, 5, 6 })
        {
            world.Start($"c{i}", "A1", "B");
            if (i == 3)
                world.Do("c3", new AcceptCall { Actor = Bench.By("B1") });
            Assert.True(world.Do($"c{i}", new EndCall { Actor = Bench.By("A1") }).Succeeded);
        }

        Assert.Equal(CallErrorCode.RateLimited, world.Start("c7", "A1", "B").Error?.Code);
    }
}
