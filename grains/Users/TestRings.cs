namespace OrleansCalls.Users;

/// <summary>
/// The tests of one user: one at a time, and six a minute, since each wakes every phone. In memory only. Pure.
/// </summary>
public sealed class TestRings
{
    /// <summary>The maximum number of tests per minute.</summary>
    public const int PerMinute = 6;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Queue<DateTimeOffset> _starts = new();

    /// <summary>The running test; null if there is none.</summary>
    public TestRingRun? Running { get; private set; }

    /// <summary>Reserves a place for a test.</summary>
    /// <returns>Null, or when to retry.</returns>
    public TimeSpan? TryBegin(DateTimeOffset now)
    {
        while (_starts.TryPeek(out var oldest) && oldest <= now - Minute)
            _starts.Dequeue();
        if (Running is not null)
            return TestRingRun.Limit;
        if (_starts.Count >= PerMinute)
            return _starts.Peek() + Minute - now;
        _starts.Enqueue(now);
        return null;
    }

    /// <summary>Starts the test.</summary>
    public void Begin(TestRingRun run) => Running = run;

    /// <summary>Ends the test; later acknowledgements are rejected.</summary>
    public void End() => Running = null;

    /// <summary>Returns the running test, if it has that id.</summary>
    public TestRingRun? Find(string testId) => Running is { } run && run.TestId == testId ? run : null;
}
