namespace OrleansCalls.Tests.Simulation.Runtime;

/// <summary>
/// Two clocks that only the simulation moves: the monotonic one, which timestamps and timers follow, and the wall clock, which
/// may be stepped in either direction. Timers that are due at one instant fire in the order in which they were set.
/// </summary>
internal sealed class SimulatedTime(DateTimeOffset start) : TimeProvider
{
    private readonly PriorityQueue<SimulatedTimer, (long Ticks, long Order)> _due = new();
    private DateTimeOffset _now = start;
    private long _order;

    /// <summary>How far the wall clock is ahead of the true time.</summary>
    public TimeSpan WallError { get; private set; }

    /// <summary>The true time of the simulation, which never steps.</summary>
    public DateTimeOffset Now => _now;

    /// <summary>When the next timer is due in true time; null when none is.</summary>
    public DateTimeOffset? Next
    {
        get
        {
            while (_due.TryPeek(out var timer, out var key))
            {
                if (timer.Order == key.Order)
                    return new DateTimeOffset(key.Ticks, TimeSpan.Zero);
                _due.Dequeue();
            }

            return null;
        }
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>The wall clock as the product reads it.</summary>
    public override DateTimeOffset GetUtcNow() => _now + WallError;

    /// <inheritdoc/>
    public override long GetTimestamp() => _now.UtcTicks;

    /// <summary>Sets the wall clock forward, or back when negative; timers and timestamps do not notice.</summary>
    public void StepWallClock(TimeSpan by) => WallError += by;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimulatedTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Runs an action once after a delay.</summary>
    public void After(TimeSpan delay, Action what) =>
        CreateTimer(static what => ((Action)what!)(), what, delay, Timeout.InfiniteTimeSpan);

    /// <summary>Fires the timer that is due next. The caller has moved the clock to it.</summary>
    public void FireNext() => _due.Dequeue().Fire();

    /// <summary>Moves the true time on; an earlier instant is ignored.</summary>
    public void MoveTo(DateTimeOffset instant)
    {
        if (instant > _now)
            _now = instant;
    }

    private sealed class SimulatedTimer(SimulatedTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        /// <summary>Its place in the queue; any other entry of it is out of date.</summary>
        public long Order { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            Order = 0;
            if (dueTime == Timeout.InfiniteTimeSpan)
                return true;
            Order = ++time._order;
            time._due.Enqueue(this, ((time._now + dueTime).UtcTicks, Order));
            return true;
        }

        public void Fire()
        {
            Order = 0;
            if (_period > TimeSpan.Zero)
                Change(_period, _period);
            callback(state);
        }

        public void Dispose() => Order = 0;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
