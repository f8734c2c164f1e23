using OrleansCalls.Calls;
using OrleansCalls.Tests.Machine.Calls;
using OrleansCalls.Users;

namespace OrleansCalls.Tests.Machine.Users;

/// <summary>When a user's grain asks a call whether it goes on.</summary>
public sealed class CallCheckTests
{
    private static readonly DateTimeOffset Now = Bench.T0;

    private readonly OpenCalls _calls = new();
    private readonly CallChecks _checks = new();

    [Fact]
    public void Ring_IsAskedAboutASecondAfterItShouldHaveEnded_AndThenEveryMinute()
    {
        Open(ringUntil: 30);
        Assert.Equal(Now.AddSeconds(31), _checks.NextDue);
        Assert.Empty(_checks.TakeDue(Now.AddSeconds(30.9)));
        Assert.Equal("c", Assert.Single(_checks.TakeDue(Now.AddSeconds(31))));
        Assert.Equal(Now.AddSeconds(91), _checks.NextDue);
        _checks.Follow(_calls, Now.AddSeconds(31));
        Assert.Equal(Now.AddSeconds(91), _checks.NextDue);
    }

    [Fact]
    public void Call_IsAskedWithinAMinute_WhateverItsDeadlineIs()
    {
        Open(ringUntil: 3_600);
        Assert.Equal(Now.AddSeconds(60), _checks.NextDue);
    }

    [Fact]
    public void Calls_HaveATimeEach_TheFirstComesFirst()
    {
        Open(ringUntil: 50, "late");
        Open(ringUntil: 30, "early");
        Assert.Equal(Now.AddSeconds(31), _checks.NextDue);
        Assert.Equal("early", Assert.Single(_checks.TakeDue(Now.AddSeconds(31))));
        Assert.Equal(Now.AddSeconds(51), _checks.NextDue);
    }

    /// <summary>A deadline that comes nearer brings the check nearer; one that goes away does not put it off.</summary>
    [Theory, InlineData(20, 21), InlineData(50, 41)]
    public void Ring_WhoseDeadlineMoves_IsAskedAboutNoLater(double moved, double due)
    {
        Open(ringUntil: 40);
        Open(ringUntil: moved);
        Assert.Equal(Now.AddSeconds(due), _checks.NextDue);
    }

    /// <summary>A timer may be late; whatever the user's grain does meanwhile does not put the check off.</summary>
    [Fact]
    public void Check_ThatIsOverdue_IsMadeAtOnce()
    {
        Open(ringUntil: 30);
        _checks.Follow(_calls, Now.AddSeconds(100));
        Assert.Equal(Now.AddSeconds(31), _checks.NextDue);
        Assert.Equal("c", Assert.Single(_checks.TakeDue(Now.AddSeconds(100))));
    }

    [Fact]
    public void Check_ThatIsDueNow_IsNotPutOffByNewsOfTheSameInstant()
    {
        Open(ringUntil: 30);
        _checks.Follow(_calls, Now.AddSeconds(31));
        Assert.Equal("c", Assert.Single(_checks.TakeDue(Now.AddSeconds(31))));
    }

    [Fact]
    public void Call_ThatCouldNotBeAsked_IsAskedAgainInASecond()
    {
        Open(ringUntil: 30);
        _checks.TakeDue(Now.AddSeconds(31));
        _checks.Failed("c", Now.AddSeconds(33));
        Assert.Equal(Now.AddSeconds(34), _checks.NextDue);
    }

    [Fact]
    public void Call_ThatIsOver_IsAskedNoMore()
    {
        Open(ringUntil: 30);
        _calls.Close("c");
        _checks.Follow(_calls, Now.AddSeconds(1));
        Assert.Null(_checks.NextDue);
    }

    private void Open(double ringUntil, string callId = "c")
    {
        var bench = Situations.Ringing();
        var open = CallViews.OpenFor(bench.Call, "B")! with { CallId = callId, RingUntil = Now.AddSeconds(ringUntil) };
        Assert.True(_calls.Update(new UserNotice { UserId = "B", CallId = callId, Call = open }));
        _checks.Follow(_calls, Now);
    }
}
