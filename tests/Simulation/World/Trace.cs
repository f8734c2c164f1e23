namespace OrleansCalls.Tests.Simulation;

/// <summary>What happened, as a hash over everything and the last lines for people.</summary>
internal sealed class Trace
{
    private const int Kept = 400;

    private readonly Queue<string> _last = new();

    public ulong Hash { get; private set; } = 14695981039346656037;

    public long Lines { get; private set; }

    /// <summary>Set to see everything as it happens.</summary>
    public Action<string>? Echo { get; set; }

    public IEnumerable<string> Last(int lines) => _last.Skip(Math.Max(0, _last.Count - lines));

    public void Add(DateTimeOffset now, string what)
    {
        var line = $"{now:HH:mm:ss.fff} {what}";
        foreach (var c in line)
            Hash = (Hash ^ c) * 1099511628211;
        Lines++;
        _last.Enqueue(line);
        if (_last.Count > Kept)
            _last.Dequeue();
        Echo?.Invoke(line);
    }
}
