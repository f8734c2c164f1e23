namespace OrleansCalls;

/// <summary>
/// Throttles background work that shares a database with calls: batches of a few milliseconds, with pauses that leave four
/// fifths of the time to others. When batches take longer, under load, they become smaller.
/// </summary>
/// <param name="Size">Rows in the next batch.</param>
/// <param name="Pause">The wait before it.</param>
public readonly record struct Pace(int Size, TimeSpan Pause)
{
    /// <summary>The maximum number of rows.</summary>
    public const int Most = 200;

    /// <summary>The minimum number of rows.</summary>
    public const int Least = 10;

    private const int PauseFactor = 4;
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>The pace of the first batch.</summary>
    public static Pace First { get; } = new(50, TimeSpan.Zero);

    /// <summary>Returns the pace after a batch that took this long.</summary>
    public Pace After(TimeSpan took) => new(
        took > Long ? Math.Max(Least, Size / 2) : took < Short ? Math.Min(Most, Size * 2) : Size,
        took * PauseFactor < LongestPause ? took * PauseFactor : LongestPause);
}
