namespace OrleansCalls.Embedded.Simulation;

/// <summary>A clock that only moves when the simulation says so. Timers due at one instant fire in the order in which they were set.</summary>
public sealed class SimulatedTime(DateTimeOffset start) : TimeProvider
{
    private readonly PriorityQueue<SimulatedTimer, (long Ticks, long Order)> _due = new();
    private DateTimeOffset _now = start;
    private long _order;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _now;

    /// <inheritdoc/>
    public override long GetTimestamp() => _now.UtcTicks;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimulatedTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>When the next timer is due; null when none is.</summary>
    internal DateTimeOffset? Next
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

    /// <summary>Moves on to the next timer and fires it.</summary>
    internal void FireNext()
    {
        var timer = _due.Dequeue();
        timer.Fire();
    }

    internal void MoveTo(DateTimeOffset instant)
    {
        if (instant > _now)
            _now = instant;
    }

    private sealed class SimulatedTimer(SimulatedTime time, Action callback) : ITimer
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
            callback();
        }

        public void Dispose() => Order = 0;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
