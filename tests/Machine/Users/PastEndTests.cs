using OrleansCalls.Users;

namespace OrleansCalls.Tests.Machine.Users;

/// <summary>The ends that a user's devices are told of when they come back.</summary>
public sealed class PastEndTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void NewestEnds_AreKept_OldestFirst()
    {
        var ends = new PastEnds();
        for (var i = 1; i <= CallLimits.EndsTold + 2; i++)
            ends.Take(Notice($"c{i}", EndReason.Cancelled), Now.AddSeconds(i));
        Assert.Equal(
            Enumerable.Range(3, CallLimits.EndsTold).Select(i => $"c{i}"), ends.Since(Now).Select(end => end.End.CallId));
        Assert.Equal(["c10"], ends.Since(Now.AddSeconds(10)).Select(end => end.End.CallId));
    }

    [Fact]
    public void History_AddsWhatWasBeforeThisActivation_AndTakesNoPlaceOfWhatIsKnown()
    {
        var ends = new PastEnds();
        ends.Take(Notice("live", EndReason.Rejected), Now);
        Assert.False(ends.IsComplete);
        ends.Take(new HistoryPage { Items = [Past("live", -1, EndReason.NoAnswer), Past("old", -60, EndReason.Completed)] });
        Assert.True(ends.IsComplete);
        Assert.Equal(
            [("old", EndReason.Completed), ("live", EndReason.Rejected)],
            ends.Since(DateTimeOffset.MinValue).Select(end => (end.End.CallId, end.End.Reason)));
    }

    [Fact]
    public void CallThatGoesOnForItsUserAgain_HasNoEnd()
    {
        var ends = new PastEnds();
        ends.Take(Notice("c", EndReason.RejectedElsewhere), Now);
        ends.Take(Notice("c", reason: null), Now);
        Assert.Empty(ends.Since(DateTimeOffset.MinValue));
    }

    private static UserNotice Notice(string callId, EndReason? reason) => new()
    {
        UserId = "B",
        CallId = callId,
        Call = reason is not null ? null : new OpenCall
        {
            CallId = callId, Seq = 2, IsCaller = false, CallerId = "A", CalleeIds = ["B"], State = CallPhase.Ringing,
            Media = CallMedia.Audio, RingUntil = Now.AddMinutes(1),
        },
        Events = reason is { } why ? [new Envelope { Event = new CallEnded { CallId = callId, Seq = 1, Reason = why } }] : [],
    };

    private static PastCall Past(string callId, double at, EndReason reason) => new()
    {
        Call = new Call
        {
            CallId = callId, Caller = new Caller { Id = "A" }, Media = CallMedia.Audio, State = CallPhase.Ended, RingUntil = Now,
            CreatedAt = Now.AddMinutes(-5), EndedAt = Now.AddSeconds(at), EndReason = reason, Seq = 3, Legs = [],
        },
        Outcome = HistoryOutcome.Missed,
    };
}
