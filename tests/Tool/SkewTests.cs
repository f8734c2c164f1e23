using OrleansCalls.Tool.Doctor;

namespace OrleansCalls.Tests.Tool;

/// <summary>Clocks are compared only as far as a slow answer lets one see.</summary>
public sealed class SkewTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    // said, grain, how long the answer took, ahead
    [InlineData(0, 0, 0, null)]
    [InlineData(0.9, 0, 0, null)]
    [InlineData(1.1, 0, 0, 1.1)]
    [InlineData(-1.1, 0, 0, -1.1)]
    [InlineData(-1.5, 1, 0.2, null)]
    [InlineData(-3, 1, 0.2, -2.6)]
    [InlineData(4.5, 1, 8, null)]
    [InlineData(-4.5, 0, 8, -8.5)]
    [InlineData(300, 1, 8, 296.5)]
    public void Skew_IsWhatIsCertain(double said, double grain, double took, double? ahead)
    {
        var found = Skew.Of(Now.AddSeconds(said), TimeSpan.FromSeconds(grain), Now, Now.AddSeconds(took));
        Assert.Equal(ahead is null, found is null);
        Assert.Equal(ahead ?? 0, found ?? 0, 3);
    }
}
