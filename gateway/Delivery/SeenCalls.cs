namespace OrleansCalls.Gateway.Delivery;

/// <summary>What one connection knows of calls: from where to resume, and what would be old news to it. Safe from several threads.</summary>
public sealed class SeenCalls
{
    // More calls at once than any device has; a bound, so that no client makes this grow.
    private const int Most = 64;

    private readonly Dictionary<string, (long Seq, bool Ended)> _calls = new(StringComparer.Ordinal);

    /// <summary>The newest event of each call that is not known to have ended, by call id.</summary>
    public IReadOnlyDictionary<string, long> Open
    {
        get
        {
            lock (_calls)
                return _calls.Where(call => !call.Value.Ended).ToDictionary(call => call.Key, call => call.Value.Seq, StringComparer.Ordinal);
        }
    }

    /// <summary>The client was told of this event, or was shown the call as it was then.</summary>
    public void Add(string callId, long seq, bool ended)
    {
        lock (_calls)
        {
            var known = _calls.TryGetValue(callId, out var seen);
            if (known && (seq < seen.Seq || (seq == seen.Seq && seen.Ended)))
                return;
            if (!known && _calls.Count >= Most)
                _calls.Remove(_calls.MinBy(call => !call.Value.Ended).Key);
            _calls[callId] = (seq, ended);
        }
    }

    /// <summary>
    /// Whether an event would take the client back: it left a silo that is going, and a younger one, which left another silo, was faster.
    /// Rings are sent again as they were, so before its end only what shows the whole call can be too old.
    /// </summary>
    public bool IsStale(CallEvent what)
    {
        lock (_calls)
            return what.Seq > 0 && _calls.TryGetValue(what.CallId, out var seen) && what.Seq < seen.Seq && (seen.Ended || what is CallUpdated);
    }
}
