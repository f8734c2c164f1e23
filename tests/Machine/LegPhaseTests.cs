namespace OrleansCalls.Tests.Machine;

/// <summary>What each phase of a leg means: every phase is pending, in or over, and one that is not over is open.</summary>
public sealed class LegPhaseTests
{
    [Theory]
    [InlineData(LegPhase.Notifying, true, false)]
    [InlineData(LegPhase.PushSent, true, false)]
    [InlineData(LegPhase.Ringing, true, false)]
    [InlineData(LegPhase.Accepted, false, true)]
    [InlineData(LegPhase.Joined, false, true)]
    [InlineData(LegPhase.Declined, false, false)]
    [InlineData(LegPhase.Busy, false, false)]
    [InlineData(LegPhase.Missed, false, false)]
    [InlineData(LegPhase.Left, false, false)]
    [InlineData(LegPhase.Blocked, false, false)]
    public void Phase_IsPendingOrInOrOver(LegPhase phase, bool isPending, bool isIn) =>
        Assert.Equal((isPending, isIn, isPending || isIn), (phase.IsPending, phase.IsIn, phase.IsOpen));
}
