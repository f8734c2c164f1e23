namespace OrleansCalls.Tests.Machine;

/// <summary>A clock that is set, and what the service reads.</summary>
public sealed class SteadyTimeTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Clock_IsNotTouched_BothAgree()
    {
        var machine = new Machine();
        var time = new SteadyTime(machine);
        machine.Pass(TimeSpan.FromHours(5));
        Assert.Equal(Noon.AddHours(5), time.GetUtcNow());
        Assert.Equal(TimeSpan.Zero, time.Behind);
    }

    [Fact]
    public void Clock_IsSetAhead_IsFollowedAtOnce()
    {
        var machine = new Machine();
        var time = new SteadyTime(machine);
        machine.Wall += TimeSpan.FromMinutes(7);
        Assert.Equal(Noon.AddMinutes(7), time.GetUtcNow());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(420)]
    [InlineData(86_400)]
    public void Clock_IsSetBack_ARingLastsAsLongAsItWasMeantTo(int seconds)
    {
        var machine = new Machine();
        var time = new SteadyTime(machine);
        var start = time.GetUtcNow();
        machine.Wall -= TimeSpan.FromSeconds(seconds);
        machine.Pass(TimeSpan.FromSeconds(60));
        var passed = time.GetUtcNow() - start;
        Assert.InRange(passed, TimeSpan.FromSeconds(59), TimeSpan.FromSeconds(60));
        Assert.Equal(passed - TimeSpan.FromSeconds(60 - seconds), time.Behind);
    }

    [Fact]
    public void Clock_IsSetBack_BothAgreeAgainAfterAHundredTimesThat()
    {
        var machine = new Machine();
        var time = new SteadyTime(machine);
        machine.Wall -= TimeSpan.FromSeconds(10);
        var last = time.GetUtcNow();
        for (var second = 0; second < 1_000; second++)
        {
            machine.Pass(TimeSpan.FromSeconds(1));
            Assert.True(time.GetUtcNow() >= last, "the clock went back");
            last = time.GetUtcNow();
        }

        Assert.Equal(machine.Wall, time.GetUtcNow());
    }

    private sealed class Machine : TimeProvider
    {
        private long _timestamp;

        public DateTimeOffset Wall { get; set; } = Noon;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Wall;

        public override long GetTimestamp() => _timestamp;

        public void Pass(TimeSpan time)
        {
            Wall += time;
            _timestamp += time.Ticks;
        }
    }
}
