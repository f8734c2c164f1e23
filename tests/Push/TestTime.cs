namespace OrleansCalls.Tests.Push;

/// <summary>A clock that stands until it is told to go on.</summary>
public sealed class TestTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Timer> _timers = [];
    private DateTimeOffset _now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
            return _now;
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Goes on to the next timer within <paramref name="most"/>, and fires it; to the end of it when there is none.</summary>
    public bool Step(TimeSpan most)
    {
        Timer? next;
        lock (_lock)
        {
            var end = _now + most;
            next = _timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
            _now = next?.Due ?? end;
            if (next is not null)
                _timers.Remove(next);
        }

        if (next is null)
            return false;
        Alone(() =>
        {
            next.Fire();
            return true;
        });
        return true;
    }

    /// <summary>Lets time pass until <paramref name="task"/> is done, or for <paramref name="most"/>.</summary>
    public void Until(Task task, TimeSpan most)
    {
        var end = GetUtcNow() + most;
        while (!task.IsCompleted && GetUtcNow() < end)
            Step(end - GetUtcNow());
    }

    /// <summary>
    /// Runs <paramref name="what"/> without the test's own context: what waits then goes on within the call that wakes it, so that after a
    /// step everything has been done that there was to do.
    /// </summary>
    public static T Alone<T>(Func<T> what)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return what();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private sealed class Timer(TestTime time, Action fire) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                Due = time._now + dueTime;
                time._timers.Add(this);
                return true;
            }
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
