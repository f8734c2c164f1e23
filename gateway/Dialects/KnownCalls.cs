namespace OrleansCalls.Gateway.Dialects;

/// <summary>
/// The calls that one device was told of lately: its words often need more of a call than an event holds, and a device that comes back
/// should hear what it has missed, but nothing twice. Bounded; the oldest is forgotten.
/// </summary>
public sealed class KnownCalls
{
    private const int Most = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _calls = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    /// <summary>The call as it was seen last; null if it is not known.</summary>
    public CallView? Find(string callId)
    {
        lock (_lock)
            return _calls.GetValueOrDefault(callId)?.Call;
    }

    /// <summary>Whether the device has been told that the call is over for it.</summary>
    public bool HasEnded(string callId)
    {
        lock (_lock)
            return _calls.GetValueOrDefault(callId)?.Ended ?? false;
    }

    /// <summary>The call is seen as it now is. What is older than what is known is passed over.</summary>
    public void Keep(CallView call)
    {
        ArgumentNullException.ThrowIfNull(call);
        lock (_lock)
        {
            var entry = EntryOf(call.CallId);
            if (entry.Call is null || entry.Call.Seq <= call.Seq)
                entry.Call = call;
        }
    }

    /// <summary>The call rings, for the first time or since its user was invited again.</summary>
    public void Ring(CallView call)
    {
        Keep(call);
        lock (_lock)
            EntryOf(call.CallId).Ended = false;
    }

    /// <summary>The device has been told that the call is over for it.</summary>
    public void End(string callId)
    {
        lock (_lock)
            EntryOf(callId).Ended = true;
    }

    /// <summary>Whether something about a call has not been told or done yet; from now on it has.</summary>
    public bool TakeFirst(string callId, string what)
    {
        lock (_lock)
        {
            var done = EntryOf(callId).Done;
            return done.Count < Most ? done.Add(what) : !done.Contains(what);
        }
    }

    private Entry EntryOf(string callId)
    {
        if (_calls.TryGetValue(callId, out var entry))
            return entry;
        if (_order.Count == Most)
            _calls.Remove(_order.Dequeue());
        _order.Enqueue(callId);
        return _calls[callId] = new Entry();
    }

    private sealed class Entry
    {
        public CallView? Call { get; set; }

        public bool Ended { get; set; }

        public HashSet<string> Done { get; } = new(StringComparer.Ordinal);
    }
}
