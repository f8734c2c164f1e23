namespace OrleansCalls.Client.Tests;

/// <summary>How long the client waits before it connects again.</summary>
public sealed class BackOffTests
{
    [Fact]
    public void ConnectionsThatTheServiceClosesAtOnce_AreOpenedEverMoreSlowly()
    {
        var time = new TestTime();
        var backOff = new BackOff(time);
        var waits = Enumerable.Range(0, 8).Select(_ =>
        {
            backOff.Taken();
            time.Pass(TimeSpan.FromSeconds(1));
            return backOff.Next(null);
        }).ToList();
        Assert.True(waits[0] < TimeSpan.FromSeconds(0.3));
        Assert.InRange(waits[^1], TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10));

        // One that lasts makes the next loss a first one.
        backOff.Taken();
        time.Pass(TimeSpan.FromSeconds(5));
        Assert.True(backOff.Next(null) < TimeSpan.FromSeconds(0.3));
    }
}
