namespace OrleansCalls.Client;

/// <summary>The last raised event of each call: the service resumes after it, and duplicates are detected by it. <c>seq</c>
/// grows with each event of a call, but not every event goes to every device, so a gap means nothing. Thread-safe.</summary>
internal sealed class EventOrder
{
    // The gateway reads at most this many from the query.
    private const int MostResumed = 16;
    private const int MostKept = 512;

    private readonly Dictionary<string, Seen> _calls = new(StringComparer.Ordinal);
    private long _clock;

    /// <summary>Returns false when the event was raised before.</summary>
    public bool IsNew(CallEvent what)
    {
        if (what.CallId is not { } callId || what.Seq == 0)
            return true;
        lock (_calls)
        {
            var seen = Get(callId);
            if (what is CallIncoming)
            {
                // A ring is sent again after a reconnect, with the call's number of that moment. After the end only a later
                // number is an invitation back into a call that went on without this device.
                if (seen.Ended ? what.Seq <= seen.Seq : seen.Rung)
                    return false;
                (seen.Rung, seen.Ended) = (true, false);
            }
            else if (what.Seq <= seen.Seq)
            {
                return false;
            }

            seen.Seq = Math.Max(seen.Seq, what.Seq);
            seen.Ended |= what is CallEnded || what is CallUpdated { Call.State: CallState.Ended };
            return true;
        }
    }

    /// <summary>
    /// Resumes the call from <paramref name="seq"/> on, unless an event of it was raised. Answers of commands never advance a
    /// known call: they may overtake events, and events carry what a call does not.
    /// </summary>
    public void Follow(string callId, long seq)
    {
        lock (_calls)
        {
            var isKnown = _calls.ContainsKey(callId);
            var seen = Get(callId);
            seen.Ended = false;
            if (!isKnown)
                seen.Seq = seq;
        }
    }

    /// <summary>This device has declined or left: the next ring for the call is a new one.</summary>
    public void Leave(string callId)
    {
        lock (_calls)
        {
            if (_calls.TryGetValue(callId, out var seen))
                seen.Rung = false;
        }
    }

    /// <summary>Whether the end of the call was raised.</summary>
    public bool HasEnded(string callId)
    {
        lock (_calls)
            return _calls.TryGetValue(callId, out var seen) && seen.Ended;
    }

    /// <summary>Removes a call that was never started.</summary>
    public void Forget(string callId)
    {
        lock (_calls)
            _calls.Remove(callId);
    }

    /// <summary>The connection query's <c>seqs</c>: calls that have not ended, the latest ones.</summary>
    public string Query()
    {
        lock (_calls)
        {
            var open = _calls.Where(call => !call.Value.Ended).OrderByDescending(call => call.Value.UsedAt).Take(MostResumed);
            return string.Join(',', open.Select(call => $"{call.Key}:{call.Value.Seq}"));
        }
    }

    private Seen Get(string callId)
    {
        if (!_calls.TryGetValue(callId, out var seen))
        {
            if (_calls.Count >= MostKept)
                _calls.Remove(_calls.MinBy(call => (!call.Value.Ended, call.Value.UsedAt)).Key);
            _calls[callId] = seen = new Seen();
        }

        seen.UsedAt = ++_clock;
        return seen;
    }

    private sealed class Seen
    {
        public long Seq { get; set; }

        public bool Rung { get; set; }

        public bool Ended { get; set; }

        public long UsedAt { get; set; }
    }
}
