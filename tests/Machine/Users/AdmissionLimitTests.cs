using OrleansCalls.Users;
using static OrleansCalls.Tests.Machine.Users.AdmissionTests;

namespace OrleansCalls.Tests.Machine.Users;

/// <summary>How often, how many and how many at once one user may ring: <see cref="OpenCalls.Admit"/> with limits.</summary>
public sealed class AdmissionLimitTests
{
    private static readonly DateTimeOffset Now = Bench.T0;

    [Fact]
    public void PairLimit_CountsRingsOfOnePairWithinItsWindow()
    {
        var calls = new OpenCalls();
        foreach (var i in new[] { 0, 10, 20 })
            Assert.Equal(AdmissionOutcome.Admitted, Ring(calls, $"c{i}", i).Outcome);
        var refused = Ring(calls, "c30", 30);
        Assert.Equal((AdmissionOutcome.RateLimited, TimeSpan.FromSeconds(90)), (refused.Outcome, refused.RetryAfter));
        Assert.Equal(AdmissionOutcome.RateLimited, Ring(calls, "c119", 119.999).Outcome);
        Assert.Equal(AdmissionOutcome.Admitted, Ring(calls, "c120", 120).Outcome);
        Assert.Equal(AdmissionOutcome.RateLimited, Ring(calls, "c121", 121).Outcome);
        Assert.Equal(AdmissionOutcome.Admitted, Ring(calls, "other", 121, "C").Outcome);
    }

    [Fact]
    public void PairLimit_OfZero_IsNone()
    {
        var calls = new OpenCalls();
        foreach (var i in Enumerable.Range(0, 50))
            Assert.Equal(AdmissionOutcome.Admitted, Ring(calls, $"c{i}", 0, limit: 0).Outcome);
    }

    [Fact]
    public void PairLimit_OfAGroup_IsThatOfItsBusiestPair()
    {
        var calls = new OpenCalls();
        foreach (var i in new[] { 0, 10, 20 })
            Ring(calls, $"c{i}", i, "B");
        Assert.Equal(AdmissionOutcome.RateLimited, Ring(calls, "group", 30, "CB").Outcome);
        Assert.Equal(AdmissionOutcome.Admitted, Ring(calls, "group2", 30, "CD").Outcome);
    }

    [Fact]
    public void PairLimit_AfterAnAnswerOrAGivenBackPlace_ForgetsTheRing()
    {
        var calls = new OpenCalls();
        foreach (var i in new[] { 0, 1, 2 })
            Ring(calls, $"c{i}", i);
        calls.Release("c2");
        Assert.Equal(AdmissionOutcome.Admitted, Ring(calls, "c3", 3).Outcome);
        calls.Update(
            new UserNotice { UserId = "A", CallId = "c3", Call = Call("A", "A>B", "c3") with { Seq = 3 }, AnsweredBy = ["B"] });
        calls.Close("c3");
        foreach (var i in new[] { 4, 5, 6 })
            Assert.Equal(AdmissionOutcome.Admitted, Ring(calls, $"c{i}", i).Outcome);
        Assert.Equal(AdmissionOutcome.RateLimited, Ring(calls, "c7", 7).Outcome);
    }

    [Theory]
    [InlineData("A answers B", true)]
    [InlineData("B answers A", true)]
    [InlineData("C answers A", false)]
    [InlineData("B was busy", false)]
    public void PairLimit_AnAnswerEitherWay_ClearsThePair(string what, bool clears)
    {
        var calls = new OpenCalls();
        foreach (var i in new[] { 0, 1, 2 })
            Ring(calls, $"c{i}", i);
        calls.Update(what switch
        {
            "A answers B" =>
                new UserNotice
                {
                    UserId = "A", CallId = "back", Call = Call("A", "B>A", "back") with { Seq = 3 }, AnsweredBy = ["B"],
                },
            "B answers A" =>
                new UserNotice
                {
                    UserId = "A", CallId = "c2", Call = Call("A", "A>B", "c2") with { Seq = 3 }, AnsweredBy = ["B"],
                },
            "C answers A" =>
                new UserNotice { UserId = "A", CallId = "x", Call = Call("A", "A>C", "x") with { Seq = 3 }, AnsweredBy = ["C"] },
            _ => new UserNotice { UserId = "A", CallId = "other", BusyCallees = ["B"] },
        });
        foreach (var open in calls.All.ToList())
            calls.Close(open.CallId);
        Assert.Equal(clears ? AdmissionOutcome.Admitted : AdmissionOutcome.RateLimited, Ring(calls, "c3", 3).Outcome);
    }

    [Fact]
    public void PairLimit_BusyIsNoRing()
    {
        var calls = new OpenCalls();
        foreach (var i in Enumerable.Range(0, 10))
        {
            Assert.Equal(AdmissionOutcome.Admitted, Ring(calls, $"busy{i}", i).Outcome);
            calls.Update(new UserNotice { UserId = "A", CallId = $"busy{i}", BusyCallees = ["B"] });
        }

        foreach (var i in new[] { 10, 11, 12 })
            Assert.Equal(AdmissionOutcome.Admitted, Ring(calls, $"c{i}", i).Outcome);
        Assert.Equal(AdmissionOutcome.RateLimited, Ring(calls, "c13", 13).Outcome);
    }

    [Fact]
    public void Starts_OfOneUser_AreLimitedByTheMinute()
    {
        var calls = new OpenCalls();
        foreach (var i in Enumerable.Range(0, 5))
            Assert.Equal(AdmissionOutcome.Admitted, Start(calls, $"c{i}", i, $"{(char)('B' + i)}").Outcome);
        var refused = Start(calls, "c5", 5, "Z");
        Assert.Equal((AdmissionOutcome.RateLimited, TimeSpan.FromSeconds(55)), (refused.Outcome, refused.RetryAfter));
        Assert.Equal(AdmissionOutcome.Admitted, Start(calls, "c60", 60, "Z").Outcome);
        // A call that did not come to be counts: else refusals would be free.
        calls.Release("c60");
        Assert.Equal(AdmissionOutcome.RateLimited, Start(calls, "c61", 60.5, "Z").Outcome);
    }

    [Fact]
    public void Callees_OfOneUser_AreLimitedByTheMinute_ThoseRungAlreadyAreNot()
    {
        var calls = new OpenCalls();
        Assert.Equal(AdmissionOutcome.Admitted, Start(calls, "c0", 0, "BCDE", callees: 6).Outcome);
        var refused = Start(calls, "c1", 10, "BFGH", callees: 6);
        Assert.Equal((AdmissionOutcome.RateLimited, TimeSpan.FromSeconds(50)), (refused.Outcome, refused.RetryAfter));
        Assert.Equal(AdmissionOutcome.Admitted, Start(calls, "c2", 10, "BFG", callees: 6).Outcome);
        Assert.Equal(AdmissionOutcome.Admitted, Start(calls, "c3", 60, "IJK", callees: 6).Outcome);
    }

    [Fact]
    public void OpenCalls_AreLimited_WhoeverStartedThem()
    {
        var calls = With("A", "A>B Active; C>A Ringing");
        Assert.Equal(AdmissionOutcome.RateLimited, calls.Admit("A", Full("A", "A>D"), new UserSettings(), Now).Outcome);
        Assert.Equal(TimeSpan.FromSeconds(10), calls.Admit("A", Full("A", "A>D"), new UserSettings(), Now).RetryAfter);
        Assert.Equal(
            AdmissionOutcome.Busy, calls.Admit("A", Full("A", "D>A"), new UserSettings { CallWaiting = true }, Now).Outcome);
        // In the place of another, and where there is room.
        Assert.Equal(AdmissionOutcome.Replaces, calls.Admit("A", Full("A", "A>B"), new UserSettings(), Now).Outcome);
        Assert.Equal(
            AdmissionOutcome.Admitted,
            calls.Admit("A", Full("A", "A>E") with { OpenLimit = 0 }, new UserSettings(), Now).Outcome);

        static AdmissionRequest Full(string userId, string pair) => Ask(userId, pair) with { OpenLimit = 2 };
    }

    private static Admission Ring(OpenCalls calls, string callId, double at, string callees = "B", int limit = 3)
    {
        var request = new AdmissionRequest
        {
            Call = Call("A", "A>" + callees, callId), PairLimit = limit, PairWindow = TimeSpan.FromSeconds(120),
        };
        var answer = calls.Admit("A", request, new UserSettings(), Now.AddSeconds(at));
        calls.Close(callId);
        return answer;
    }

    private static Admission Start(OpenCalls calls, string callId, double at, string to, int starts = 5, int callees = 0)
    {
        var request = new AdmissionRequest { Call = Call("A", "A>" + to, callId), StartLimit = starts, CalleeLimit = callees };
        var answer = calls.Admit("A", request, new UserSettings(), Now.AddSeconds(at));
        calls.Close(callId);
        return answer;
    }
}
