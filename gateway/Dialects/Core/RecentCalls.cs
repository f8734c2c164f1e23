namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>
/// The calls that one device was told of lately: its words often need more of a call than an event holds, and a device that comes back
/// should hear what it has missed, but nothing twice. Bounded; the oldest is forgotten.
/// </summary>
public sealed class KnownCalls(TimeProvider time)
{
    private const int Most = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _calls = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();
    private DateTimeOffset? _doubtedSince;

    /// <summary>Whether it was told of none.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock)
                return _calls.Count == 0;
        }
    }

    /// <summary>The call as it was seen last; null if it is not known.</summary>
    public Call? Find(string callId)
    {
        lock (_lock)
            return _calls.GetValueOrDefault(callId)?.Call;
    }

    /// <summary>Whether the device has been told that the call is over for it.</summary>
    public bool HasEnded(string callId)
    {
        lock (_lock)
            return _calls.GetValueOrDefault(callId)?.End is not null;
    }

    /// <summary>The call is seen as it now is. What is older than what is known is passed over.</summary>
    public void Keep(Call call)
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
    public void Ring(Call call)
    {
        Keep(call);
        lock (_lock)
            EntryOf(call.CallId).End = null;
    }

    /// <summary>The device has been told that the call is over for it.</summary>
    public void Keep(CallEnded end)
    {
        ArgumentNullException.ThrowIfNull(end);
        lock (_lock)
        {
            var entry = EntryOf(end.CallId);
            (entry.End, entry.EndedAt) = (end, time.GetUtcNow());
        }
    }

    /// <summary>Returns true when the device has not been told this yet; from now on it has.</summary>
    internal bool Take(Told what)
    {
        lock (_lock)
            return EntryOf(what.CallId).Told.Take(what, time.GetUtcNow());
    }

    /// <summary>Whether the device has been told this.</summary>
    internal bool Has(Told what)
    {
        lock (_lock)
            return _calls.GetValueOrDefault(what.CallId)?.Told.Has(what) ?? false;
    }

    /// <summary>The callee was invited again: the device may be told everything about this callee again.</summary>
    internal void ForgetAbout(string callId, string userId)
    {
        lock (_lock)
            _calls.GetValueOrDefault(callId)?.Told.Forget((what, _) => what.UserId == userId);
    }

    /// <summary>The ends that were told since then, oldest first.</summary>
    public IReadOnlyList<CallEnded> EndsSince(DateTimeOffset since)
    {
        lock (_lock)
        {
            return [.. _calls.Values.Where(call => call.End is not null && call.EndedAt >= since).OrderBy(call => call.EndedAt)
                .Select(call => call.End!)];
        }
    }

    /// <summary>The device went without a word, so nobody may have heard what was told since then.</summary>
    public void Doubt(DateTimeOffset since)
    {
        lock (_lock)
        {
            _doubtedSince ??= since;
            foreach (var entry in _calls.Values)
                entry.Told.Forget((what, at) => at >= since && !what.IsOwnDeed);
        }
    }

    /// <summary>Another device of the user was told of these, and its client may be the one that has this device now.</summary>
    public void Inherit(IEnumerable<CallEnded> ends)
    {
        ArgumentNullException.ThrowIfNull(ends);
        lock (_lock)
        {
            foreach (var end in ends.Take(Most))
            {
                _doubtedSince ??= time.GetUtcNow();
                var entry = EntryOf(end.CallId);
                (entry.End, entry.EndedAt) = (end, time.GetUtcNow());
            }
        }
    }

    /// <summary>The ends that nobody may have heard, once.</summary>
    public IReadOnlyList<CallEnded> TakeDoubted()
    {
        lock (_lock)
        {
            if (_doubtedSince is not { } since)
                return [];
            _doubtedSince = null;
            return EndsSince(since);
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
        public Call? Call { get; set; }

        public CallEnded? End { get; set; }

        public DateTimeOffset EndedAt { get; set; }

        public ToldSet Told { get; } = new();
    }
}
