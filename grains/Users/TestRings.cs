namespace OrleansCalls.Users;

/// <summary>
/// The tests of one user: one at a time, and six a minute, since each wakes every phone. In memory only. No Orleans in it.
/// </summary>
public sealed class TestRings
{
    /// <summary>Tests within a minute.</summary>
    public const int PerMinute = 6;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Queue<DateTimeOffset> _starts = new();

    /// <summary>The test that is under way.</summary>
    public TestRingRun? Running { get; private set; }

    /// <summary>Takes a place for a test.</summary>
    /// <returns>Null, or after which time to try again.</returns>
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

    /// <summary>The test begins.</summary>
    public void Begin(TestRingRun run) => Running = run;

    /// <summary>The test is over: acknowledgements that come now are too late.</summary>
    public void End() => Running = null;

    /// <summary>The test under way, if it is that one.</summary>
    public TestRingRun? Find(string testId) => Running is { } run && run.TestId == testId ? run : null;
}
