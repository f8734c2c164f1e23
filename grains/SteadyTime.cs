namespace OrleansCalls;

/// <summary>
/// A wall clock that never goes back. It follows the machine's clock forwards at once; while that is behind, because it was set
/// back, time passes <see cref="Slowing"/> slower until both agree (slewing). So a ring keeps its duration when the clock is
/// set. Timers and timestamps are the machine's. Thread-safe.
/// </summary>
/// <param name="machine">The machine's clocks.</param>
public sealed class SteadyTime(TimeProvider machine) : TimeProvider
{
    /// <summary>The factor by which time is slowed while the machine's clock is behind: 1 s in 100.</summary>
    public const double Slowing = 0.01;

    private readonly Lock _reading = new();
    private DateTimeOffset _utc = machine.GetUtcNow();
    private long _timestamp = machine.GetTimestamp();

    /// <inheritdoc/>
    public override long TimestampFrequency => machine.TimestampFrequency;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => machine.LocalTimeZone;

    /// <summary>The machine's clocks, which can be set.</summary>
    public TimeProvider Machine => machine;

    /// <summary>How far the machine's clock is behind; zero otherwise.</summary>
    public TimeSpan Behind => GetUtcNow() - machine.GetUtcNow() is var behind && behind > TimeSpan.Zero ? behind : TimeSpan.Zero;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_reading)
        {
            var (wall, timestamp) = (machine.GetUtcNow(), machine.GetTimestamp());
            var passed = machine.GetElapsedTime(_timestamp, timestamp);
            var slowed = _utc + (passed * (1 - Slowing));
            (_utc, _timestamp) = (wall > slowed ? wall : slowed, timestamp);
            return _utc;
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => machine.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        machine.CreateTimer(callback, state, dueTime, period);
}
