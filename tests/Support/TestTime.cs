namespace OrleansCalls.Tests.Support;

/// <summary>A clock that stands until it is told to go on.</summary>
public sealed class TestTime : TimeProvider
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Lock _lock = new();
    private readonly List<Timer> _timers = [];
    private TaskCompletionSource _added = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _now;

    /// <param name="now">What it shows first.</param>
    public TestTime(DateTimeOffset? now = null) => _now = now ?? new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

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

    /// <summary>
    /// Goes on to the next timer within <paramref name="most"/>, and fires it; to the end of it when there is none.
    /// </summary>
    public bool Step(TimeSpan most) => FireNext(GetUtcNow() + most, goOn: true);

    /// <summary>Lets time pass, and fires all timers that are due by the end of it.</summary>
    public void Pass(TimeSpan time)
    {
        var end = GetUtcNow() + time;
        while (FireNext(end, goOn: true))
        {
        }
    }

    /// <summary>
    /// Lets time pass until <paramref name="task"/> is done, for <paramref name="most"/> at most: from one timer to the next.
    /// While there is none, something goes on elsewhere (Polly tells of an open circuit on a thread of its own), and time stands.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is not done by then, and nothing happens any more.</exception>
    public async Task Until(Task task, TimeSpan most)
    {
        var end = GetUtcNow() + most;
        while (!task.IsCompleted)
        {
            Task added;
            lock (_lock)
                added = _added.Task;
            if (FireNext(end, goOn: false))
                continue;
            try
            {
                await Task.WhenAny(task, added).WaitAsync(Patience);
            }
            catch (TimeoutException)
            {
                throw new InvalidOperationException(
                    $"It is not done at {GetUtcNow():O}, {end - GetUtcNow()} before the end, and nothing happens any more.");
            }
        }
    }

    /// <summary>
    /// Runs <paramref name="what"/> without the test's own context: what waits then goes on within the call that wakes it, so
    /// that after a step everything has been done that there was to do.
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

    private bool FireNext(DateTimeOffset end, bool goOn)
    {
        Timer? next;
        lock (_lock)
        {
            next = _timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
            if (next is null)
            {
                _now = goOn && end > _now ? end : _now;
                return false;
            }

            _timers.Remove(next);
            _now = next.Due > _now ? next.Due : _now;
        }

        return Alone(() =>
        {
            next.Fire();
            return true;
        });
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
                time._added.TrySetResult();
                time._added = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
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
