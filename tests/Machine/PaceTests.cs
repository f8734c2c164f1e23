namespace OrleansCalls.Tests.Machine;

/// <summary>How background work makes way for calls.</summary>
public sealed class PaceTests
{
    [Theory]
    [InlineData(50, 1, 100, 4)]
    [InlineData(200, 1, 200, 4)]
    [InlineData(50, 10, 50, 40)]
    [InlineData(50, 21, 25, 84)]
    [InlineData(12, 100, 10, 400)]
    [InlineData(10, 100, 10, 400)]
    [InlineData(50, 5000, 25, 1000)]
    [InlineData(50, 0, 100, 0)]
    public void After_ABatch_FourTimesAsLongIsLeftToOthers(int size, int tookMs, int nextSize, int pauseMs) =>
        Assert.Equal(
            new Pace(nextSize, TimeSpan.FromMilliseconds(pauseMs)),
            new Pace(size, TimeSpan.Zero).After(TimeSpan.FromMilliseconds(tookMs)));
}
