namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>
/// The calls that a device recently received. Messages of a dialect often need more of a call than an event holds, and a device
/// that reconnects should receive what it missed, without duplicates. Bounded; the oldest call is dropped.
/// </summary>
public sealed class RecentCalls(TimeProvider time)
{
    private const int Most = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _calls = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();
    private DateTimeOffset? _uncertainSince;

    /// <summary>Whether there are no calls.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock)
                return _calls.Count == 0;
        }
    }

    /// <summary>Returns the last known state of a call; null if it is unknown.</summary>
    public Call? Find(string callId)
    {
        lock (_lock)
            return _calls.GetValueOrDefault(callId)?.Call;
    }

    /// <summary>Returns true if the end of the call was sent to the device.</summary>
    public bool HasEnded(string callId)
    {
        lock (_lock)
            return _calls.GetValueOrDefault(callId)?.End is not null;
    }

    /// <summary>Stores a call's state, unless a newer one is known.</summary>
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

    /// <summary>Stores a call that rings, for the first time or after its user was invited again.</summary>
    public void Ring(Call call)
    {
        Keep(call);
        lock (_lock)
            EntryOf(call.CallId).End = null;
    }

    /// <summary>Records that the end of the call was sent to the device.</summary>
    public void Keep(CallEnded end)
    {
        ArgumentNullException.ThrowIfNull(end);
        lock (_lock)
        {
            var entry = EntryOf(end.CallId);
            (entry.End, entry.EndedAt) = (end, time.GetUtcNow());
        }
    }

    /// <summary>Records a key. Returns false if it was delivered to the device before.</summary>
    internal bool Take(DedupKey what)
    {
        lock (_lock)
            return EntryOf(what.CallId).Delivered.Take(what, time.GetUtcNow());
    }

    /// <summary>Returns true if the key was delivered to the device.</summary>
    internal bool Has(DedupKey what)
    {
        lock (_lock)
            return _calls.GetValueOrDefault(what.CallId)?.Delivered.Has(what) ?? false;
    }

    /// <summary>Forgets the keys about a callee who was invited again.</summary>
    internal void ForgetAbout(string callId, string userId)
    {
        lock (_lock)
            _calls.GetValueOrDefault(callId)?.Delivered.Forget((what, _) => what.UserId == userId);
    }

    /// <summary>Returns the ends sent since then, oldest first.</summary>
    public IReadOnlyList<CallEnded> EndsSince(DateTimeOffset since)
    {
        lock (_lock)
        {
            return [.. _calls.Values.Where(call => call.End is not null && call.EndedAt >= since).OrderBy(call => call.EndedAt)
                .Select(call => call.End!)];
        }
    }

    /// <summary>Marks what was sent since then as possibly not received: the connection was lost without a close.</summary>
    public void MarkUncertain(DateTimeOffset since)
    {
        lock (_lock)
        {
            _uncertainSince ??= since;
            foreach (var entry in _calls.Values)
                entry.Delivered.Forget((what, at) => at >= since && !what.IsOwnAction);
        }
    }

    /// <summary>Takes over the ends sent to another device of the user, whose client may use this device now.</summary>
    public void Inherit(IEnumerable<CallEnded> ends)
    {
        ArgumentNullException.ThrowIfNull(ends);
        lock (_lock)
        {
            foreach (var end in ends.Take(Most))
            {
                _uncertainSince ??= time.GetUtcNow();
                Keep(end);
            }
        }
    }

    /// <summary>Returns the ends that may not have been received, and clears the mark.</summary>
    public IReadOnlyList<CallEnded> TakeUncertain()
    {
        lock (_lock)
        {
            if (_uncertainSince is not { } since)
                return [];
            _uncertainSince = null;
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

        public DedupSet Delivered { get; } = new();
    }
}
