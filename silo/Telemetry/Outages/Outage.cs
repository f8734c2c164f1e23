namespace OrleansCalls.Silo.Telemetry.Outages;

/// <summary>
/// Detects an outage of the database or of silos from this process' log messages, and counts the messages that repeat it. It
/// begins with the first such message and ends when <see cref="TryEnd"/> finds none for <see cref="Quiet"/>.
/// </summary>
internal sealed class Outage(TimeProvider time) : IDisposable
{
    /// <summary>Without this hysteresis, begin and end would alternate each second while part of the requests fails.</summary>
    internal static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _begun = new(0);
    private Dictionary<string, int> _lines = [];
    private long _since;
    private long _last;
    private bool _on;

    /// <summary>Whether there is an outage.</summary>
    internal bool IsOn
    {
        get
        {
            lock (_lock)
                return _on;
        }
    }

    /// <summary>Counts a message of the outage. Returns true if the outage begins with it.</summary>
    internal bool Count(string line)
    {
        lock (_lock)
        {
            _last = time.GetTimestamp();
            _lines[line] = _lines.GetValueOrDefault(line) + 1;
            if (_on)
                return false;
            (_on, _since) = (true, _last);
        }

        _begun.Release();
        return true;
    }

    /// <summary>Waits for the next outage to begin.</summary>
    internal Task Begun(CancellationToken cancellation) => _begun.WaitAsync(cancellation);

    /// <summary>
    /// Ends the outage unless a message came recently. Returns its duration, and its messages with the most frequent first.
    /// </summary>
    internal (TimeSpan Lasted, IReadOnlyList<KeyValuePair<string, int>> Lines)? TryEnd()
    {
        lock (_lock)
        {
            if (!_on || time.GetElapsedTime(_last) < Quiet)
                return null;
            _on = false;
            var lines = _lines;
            _lines = [];
            return (time.GetElapsedTime(_since, _last),
                [.. lines.OrderByDescending(line => line.Value).ThenBy(line => line.Key, StringComparer.Ordinal)]);
        }
    }

    public void Dispose() => _begun.Dispose();
}
