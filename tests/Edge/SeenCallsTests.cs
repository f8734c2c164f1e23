using OrleansCalls.Gateway.Delivery;

namespace OrleansCalls.Tests.Edge;

/// <summary>Which signals may take the direct way to a connection: those before which nothing is missing.</summary>
public sealed class SeenCallsTests
{
    [Theory]
    [InlineData(5, 3, 4, 5, true)]
    [InlineData(6, 3, 4, 5, true)]
    [InlineData(4, 3, 4, 5, false)] // the event before it is under way
    [InlineData(5, 2, 4, 5, false)] // the signal before it is
    [InlineData(5, 4, 4, 5, false)] // it is here already, or the call's grain counts anew
    [InlineData(5, 0, 1, 5, false)] // the first of a connection: others may wait for its device
    public void Signal_IsNext(long seenSeq, long seenSignal, long number, long afterSeq, bool isNext)
    {
        var seen = new SeenCalls();
        seen.Take(new CallReady { CallId = "c1", Seq = seenSeq, UserId = "bob" });
        if (seenSignal > 0)
            seen.Take(Signal(seenSignal));
        Assert.Equal(isNext, seen.IsNext(Signal(number), afterSeq));
    }

    [Fact]
    public void Signal_OfACallThatTheConnectionDoesNotKnow_IsNotNext() => Assert.False(new SeenCalls().IsNext(Signal(2), 0));

    [Fact]
    public void Take_OfASignalOfAGrainThatCountsAnew_CountsFromThere()
    {
        var seen = new SeenCalls();
        foreach (var number in (long[])[7, 8, 1])
            Assert.True(seen.Take(Signal(number)));
        Assert.True(seen.IsNext(Signal(2), 0));
    }

    private static SignalReceived Signal(long number) => new()
    {
        CallId = "c1", FromUserId = "alice", Kind = SignalKind.Candidate, Payload = "{}", Number = number,
    };
}
