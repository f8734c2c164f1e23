namespace OrleansCalls.Gateway.Delivery;

/// <summary>What one connection knows of calls: from where to resume, and what would be old news to it. Safe from several threads.</summary>
public sealed class SeenCalls
{
    // More calls at once than any device has; a bound, so that no client makes this grow.
    private const int Most = 64;

    // What comes again are the last events of a call, of which its row holds the undelivered ones.
    private const int MostEvents = 32;

    private readonly Dictionary<string, Seen> _calls = new(StringComparer.Ordinal);

    /// <summary>The newest event of each call that is not known to have ended, by call id.</summary>
    public IReadOnlyDictionary<string, long> Open
    {
        get
        {
            lock (_calls)
                return _calls.Where(call => call.Value is { Ended: false, Seq: > 0 }).ToDictionary(call => call.Key, call => call.Value.Seq, StringComparer.Ordinal);
        }
    }

    /// <summary>The client was shown the call as it was at this event.</summary>
    public void Add(string callId, long seq, bool ended)
    {
        lock (_calls)
            Get(callId).Advance(seq, ended);
    }

    /// <summary>
    /// Returns whether an event is news to the client; it counts as delivered from now on. A call's grain that was lost with a silo, or
    /// whose write failed, sends its last events again, and every event goes over a connection once. What left a silo that is going
    /// may come behind a younger event: before the end of a call only what shows the whole call is too old then.
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
    /// Returns whether nothing that was sent before this signal is missing: the call's event with the number <paramref name="afterSeq"/>,
    /// and the signal before. The first signal of a connection never is next: others may wait for its device elsewhere.
    /// </summary>
    public bool IsNext(SignalReceived signal, long afterSeq)
    {
        ArgumentNullException.ThrowIfNull(signal);
        lock (_calls)
            return _calls.TryGetValue(signal.CallId, out var seen) && seen.Seq >= afterSeq && seen.Signal > 0 && signal.Number == seen.Signal + 1;
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
        // A ring that is sent again has the number that the call has by then, and perhaps an offer, so a number alone does not say
        // which event it is.
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
