using OrleansCalls.Users;
using static OrleansCalls.Tests.Machine.Users.AdmissionTests;

namespace OrleansCalls.Tests.Machine.Users;

/// <summary>How long a refused caller is told to wait, and what is forgotten: <see cref="RingLimits"/> by itself.</summary>
public sealed class RingLimitTests
{
    private static readonly DateTimeOffset Now = Bench.T0;

    private readonly RingLimits _limits = new();

    [Theory, InlineData("BC"), InlineData("CB")]
    public void Wait_OfAGroup_IsTheLongestOfItsPairs(string group)
    {
        foreach (var i in new[] { 0, 10, 20 })
        {
            Assert.Null(Pair($"b{i}", i, "B"));
            Assert.Null(Pair($"c{i}", i + 5, "C"));
        }

        Assert.Equal(95, Pair("group", 30, group));
    }

    [Fact]
    public void Wait_IsTheLongestOfAllLimits()
    {
        var request = Request("c0", "B") with { PairLimit = 1, StartLimit = 1, CalleeLimit = 1 };
        Assert.Null(_limits.TryRing(request, Now));
        Assert.Equal(
            TimeSpan.FromSeconds(110), _limits.TryRing(request with { Call = Call("A", "A>B", "c1") }, Now.AddSeconds(10)));
        Assert.Equal(
            TimeSpan.FromSeconds(50), _limits.TryRing(request with { Call = Call("A", "A>C", "c2") }, Now.AddSeconds(10)));
    }

    /// <summary>So many of the callees must be a minute ago that the new ones fit.</summary>
    [Theory]
    [InlineData(3, "E", 30), InlineData(3, "EF", 40), InlineData(3, "EFG", 50), InlineData(3, "EFGH", 50),
        InlineData(4, "E", null)]
    [InlineData(3, "B", null)]
    public void Wait_ForMoreCallees_IsUntilTheyFit(int limit, string callees, int? wait)
    {
        foreach (var (callee, at) in new[] { ("C", 10), ("B", 0), ("D", 20) })
            Assert.Null(Callees(limit, at, callee));
        Assert.Equal(wait, Callees(limit, 30, callees));
    }

    [Fact]
    public void Callees_MoreThanEverFit_AreToldAMinute() => Assert.Equal(60, Callees(2, 0, "BCD"));

    [Fact]
    public void Release_UncountsThatCallOnly()
    {
        foreach (var i in new[] { 0, 1, 2 })
            Pair($"c{i}", i, "B");
        _limits.Release("c1");
        Assert.Null(Pair("c3", 3, "B"));
        Assert.Equal(116, Pair("c4", 4, "B"));
    }

    /// <summary>A callee who was busy for one call was rung by the others. Nothing need be counted of a busy callee.</summary>
    [Fact]
    public void Busy_UncountsThatCallOnly()
    {
        foreach (var i in new[] { 0, 1, 2 })
            Pair($"c{i}", i, "B");
        _limits.Busy("c1", "B");
        _limits.Busy("c1", "C");
        Assert.Null(Pair("c3", 3, "B"));
        Assert.Equal(116, Pair("c4", 4, "B"));
    }

    /// <summary>A user of whom nothing is counted leaves memory.</summary>
    [Fact]
    public void NothingIsCounted_WithoutLimits_OrOnceItIsTakenBackOrPast()
    {
        Assert.True(_limits.IsEmpty);
        Assert.Null(_limits.TryRing(Request("c", "B"), Now));
        Assert.True(_limits.IsEmpty);

        Pair("released", 0, "BC");
        Assert.False(_limits.IsEmpty);
        _limits.Release("another");
        Assert.False(_limits.IsEmpty);
        _limits.Release("released");
        Assert.True(_limits.IsEmpty);

        Pair("busy", 0, "B");
        _limits.Busy("another", "B");
        Assert.False(_limits.IsEmpty);
        _limits.Busy("busy", "B");
        Assert.True(_limits.IsEmpty);

        Pair("past", 0, "B");
        _limits.TryRing(Request("later", "B"), Now.AddSeconds(120));
        Assert.True(_limits.IsEmpty);
    }

    [Fact]
    public void Starts_AndCallees_AreCountedForAMinute()
    {
        _limits.TryRing(Request("c0", "B") with { StartLimit = 5 }, Now);
        Assert.False(_limits.IsEmpty);
        _limits.TryRing(Request("c1", "B"), Now.AddSeconds(60));
        Assert.True(_limits.IsEmpty);
        _limits.TryRing(Request("c2", "B") with { CalleeLimit = 5 }, Now);
        Assert.False(_limits.IsEmpty);
        _limits.TryRing(Request("c3", "B"), Now.AddSeconds(60));
        Assert.True(_limits.IsEmpty);
    }

    private double? Pair(string callId, double at, string callees) =>
        _limits.TryRing(Request(callId, callees) with { PairLimit = 3 }, Now.AddSeconds(at))?.TotalSeconds;

    private double? Callees(int limit, double at, string callees) =>
        _limits.TryRing(Request($"to {callees}", callees) with { CalleeLimit = limit }, Now.AddSeconds(at))?.TotalSeconds;

    private static AdmissionRequest Request(string callId, string callees) =>
        new() { Call = Call("A", "A>" + callees, callId), PairWindow = TimeSpan.FromSeconds(120) };
}
