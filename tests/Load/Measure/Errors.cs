namespace OrleansCalls.Load.Measure;

/// <summary>What went wrong, by its words, and how often.</summary>
internal sealed class Errors
{
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    /// <summary>How often anything did.</summary>
    public long Total { get; private set; }

    public IReadOnlyDictionary<string, long> Counts => _counts;

    public void Count(string what, long times = 1)
    {
        if (times == 0)
            return;
        Total += times;
        _counts[what] = _counts.GetValueOrDefault(what) + times;
    }
}
