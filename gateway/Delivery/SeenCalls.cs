namespace OrleansCalls.Gateway.Delivery;

/// <summary>
/// The events that one connection has received, by call: the position to resume from, and a filter against duplicates.
/// Thread-safe.
/// </summary>
public sealed class SeenCalls
{
    // More concurrent calls than any device has; bounds the memory that a client can use.
    private const int Most = 64;

    // Only a call's last events are sent again; its row stores the undelivered ones.
    private const int MostEvents = 32;

    private readonly Dictionary<string, Seen> _calls = new(StringComparer.Ordinal);

    /// <summary>The newest event of each call that is not known to have ended, by call id.</summary>
    public IReadOnlyDictionary<string, long> Open
    {
        get
        {
            lock (_calls)
                return _calls.Where(call => call.Value is { Ended: false, Seq: > 0 }).ToDictionary(
                    call => call.Key, call => call.Value.Seq, StringComparer.Ordinal);
        }
    }

    /// <summary>Records that the client received the call as of this event.</summary>
    public void Add(string callId, long seq, bool ended)
    {
        lock (_calls)
            Get(callId).Advance(seq, ended);
    }

    /// <summary>
    /// Records an event. Returns false if it is a duplicate: a call's grain that was lost with a silo, or whose write failed,
    /// sends its last events again. Events of a stopping silo may arrive out of order; before the end of a call only events
    /// with the whole call are then stale.
    /// </summary>
    public bool Take(CallEvent what)
    {
        ArgumentNullException.ThrowIfNull(what);
        if (what.Seq == 0)
        {
            if (what is SignalReceived { Number: > 0 } signal)
                lock (_calls)
                    Get(signal.CallId).Signal = signal.Number;
            return true;
        }

        lock (_calls)
        {
            var seen = Get(what.CallId);
            if ((what.Seq < seen.Seq && (seen.Ended || what is CallUpdated)) || !seen.Deliver(what))
                return false;
            seen.Advance(what.Seq, what is CallEnded);
            return true;
        }
    }

    /// <summary>
    /// Returns true if no event or signal is missing before this signal: the event numbered <paramref name="afterSeq"/> and the
    /// preceding signal were delivered. The first signal of a connection returns false: earlier ones may be queued elsewhere.
    /// </summary>
    public bool IsNext(SignalReceived signal, long afterSeq)
    {
        ArgumentNullException.ThrowIfNull(signal);
        lock (_calls)
            return _calls.TryGetValue(signal.CallId, out var seen) && seen.Seq >= afterSeq && seen.Signal > 0
                && signal.Number == seen.Signal + 1;
    }

    private Seen Get(string callId)
    {
        if (_calls.TryGetValue(callId, out var seen))
            return seen;
        if (_calls.Count >= Most)
            _calls.Remove(_calls.MinBy(call => !call.Value.Ended).Key);
        return _calls[callId] = new Seen();
    }

    private sealed class Seen
    {
        // A repeated ring has the call's current number and perhaps an offer, so that the number alone does not identify the
        // event.
        private readonly Queue<(long Seq, Type Kind, bool HasOffer)> _delivered = new();

        public long Seq { get; private set; }

        public bool Ended { get; private set; }

        public long Signal { get; set; }

        public void Advance(long seq, bool ended)
        {
            if (seq < Seq || (seq == Seq && Ended))
                return;
            (Seq, Ended) = (seq, ended);
        }

        public bool Deliver(CallEvent what)
        {
            var one = (what.Seq, what.GetType(), what is CallIncoming { Offer: not null });
            if (_delivered.Contains(one))
                return false;
            if (_delivered.Count == MostEvents)
                _delivered.Dequeue();
            _delivered.Enqueue(one);
            return true;
        }
    }
}
