namespace OrleansCalls.Client.Tests;

/// <summary>What counts as new, and from where the service is asked to resume.</summary>
public sealed class EventOrderTests
{
    private readonly EventOrder _order = new();

    [Fact]
    public void Event_ThatWasRaised_IsNotNewAgain()
    {
        Assert.True(_order.IsNew(Update(2)));
        Assert.False(_order.IsNew(Update(2)));
        Assert.False(_order.IsNew(Update(1)));
        Assert.True(_order.IsNew(Update(5)));
        Assert.Equal("c:5", _order.Query());
    }

    [Fact]
    public void Ring_BehindLaterEvents_IsNewOnce_ButNotAfterTheEnd()
    {
        Assert.True(_order.IsNew(Update(3)));
        Assert.True(_order.IsNew(Ring(1)));
        Assert.False(_order.IsNew(Ring(1)));
        Assert.True(_order.IsNew(new CallEnded { CallId = "c", Seq = 4 }));
        Assert.False(_order.IsNew(Ring(4)));
        Assert.Equal("", _order.Query());
    }

    [Fact]
    public void Ring_SentAgainWithAHigherNumber_IsTheSame_UntilThisDeviceIsOut()
    {
        Assert.True(_order.IsNew(Ring(1)));
        Assert.False(_order.IsNew(Ring(2)));
        _order.Leave("c");
        Assert.True(_order.IsNew(Ring(3)));
        Assert.True(_order.IsNew(new CallEnded { CallId = "c", Seq = 4 }));
        Assert.True(_order.IsNew(Ring(6)));
        Assert.Equal("c:6", _order.Query());
    }

    [Fact]
    public void Signal_IsAlwaysNew()
    {
        Assert.True(_order.IsNew(Signal()));
        Assert.True(_order.IsNew(Signal()));
        Assert.Equal("", _order.Query());
    }

    [Fact]
    public void Answer_NeverMovesAKnownCall_ButStartsAnUnknownOne()
    {
        _order.Follow("c", 1);
        _order.Follow("c", 9);
        Assert.Equal("c:1", _order.Query());
        Assert.True(_order.IsNew(Update(2)));
        _order.Forget("c");
        Assert.Equal("", _order.Query());
    }

    [Fact]
    public void Query_HoldsTheSixteenLatest_AndMemoryIsBounded()
    {
        for (var i = 0; i < 2000; i++)
            _order.Follow($"c{i}", i);
        Assert.Equal(Enumerable.Range(1984, 16).Reverse().Select(i => $"c{i}:{i}"), _order.Query().Split(','));
        Assert.True(_order.IsNew(new CallEnded { CallId = "c0", Seq = 1 }));
    }

    private static CallUpdated Update(long seq) => new() { CallId = "c", Seq = seq, Call = new Call { CallId = "c", Seq = seq } };

    private static CallIncoming Ring(long seq) =>
        new() { CallId = "c", Seq = seq, Call = new IncomingCall { CallId = "c", Seq = seq } };

    private static SignalReceived Signal() => new() { CallId = "c" };
}
