namespace OrleansCalls;

/// <summary>
/// How fast work in the background goes that shares a database with calls: in batches of a few milliseconds, with pauses between them that
/// leave four fifths of the time to others. What takes longer, since others are at it too, comes in smaller batches.
/// </summary>
/// <param name="Size">Rows in the next batch.</param>
/// <param name="Pause">How long to wait before it.</param>
public readonly record struct Pace(int Size, TimeSpan Pause)
{
    /// <summary>Rows at most.</summary>
    public const int Most = 200;

    /// <summary>Rows at least.</summary>
    public const int Least = 10;

    private const int PauseFactor = 4;
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>For the first batch.</summary>
    public static Pace First { get; } = new(50, TimeSpan.Zero);

    /// <summary>After a batch that took so long.</summary>
    public Pace After(TimeSpan took) => new(
        took > Long ? Math.Max(Least, Size / 2) : took < Short ? Math.Min(Most, Size * 2) : Size,
        took * PauseFactor < LongestPause ? took * PauseFactor : LongestPause);
}
