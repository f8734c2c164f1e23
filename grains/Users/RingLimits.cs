namespace OrleansCalls.Users;

/// <summary>
/// The rate limits of one user's calls: unanswered rings of one pair, starts (including invites) and different callees within a
/// minute. Not durable: a new activation counts from zero. Pure.
/// </summary>
public sealed class RingLimits
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, List<(string CallId, DateTimeOffset At)>> _unanswered = [];
    private readonly Queue<DateTimeOffset> _starts = new();
    private readonly Dictionary<string, DateTimeOffset> _callees = [];

    /// <summary>Whether nothing is counted that could limit a later ring.</summary>
    public bool IsEmpty => _unanswered.Count == 0 && _starts.Count == 0 && _callees.Count == 0;

    /// <summary>Counts the rings of <paramref name="request"/>; counts nothing when they exceed a limit.</summary>
    /// <returns>Null, or when to retry.</returns>
    public TimeSpan? TryRing(AdmissionRequest request, DateTimeOffset now)
    {
        Forget(request, now);
        if (Longest(OfPairs(request, now), OfStarts(request, now), OfCallees(request, now)) is { } retryAfter)
            return retryAfter;
        if (request.StartLimit > 0)
            _starts.Enqueue(now);
        foreach (var calleeId in request.Call.CalleeIds)
        {
            if (request.CalleeLimit > 0)
                _callees[calleeId] = now;
            if (request.PairLimit == 0)
                continue;
            if (!_unanswered.TryGetValue(calleeId, out var rings))
                _unanswered.Add(calleeId, rings = []);
            rings.Add((request.Call.CallId, now));
        }

        return null;
    }

    /// <summary>Uncounts the rings of a call that did not start; it still counts as a start.</summary>
    public void Release(string callId)
    {
        foreach (var (calleeId, rings) in _unanswered)
        {
            rings.RemoveAll(ring => ring.CallId == callId);
            if (rings.Count == 0)
                _unanswered.Remove(calleeId);
        }
    }

    /// <summary>Resets the unanswered rings of a pair after an answer by either side.</summary>
    public void Answered(string userId) => _unanswered.Remove(userId);

    /// <summary>Uncounts the ring of a busy callee.</summary>
    public void Busy(string callId, string calleeId)
    {
        if (_unanswered.TryGetValue(calleeId, out var rings)
            && rings.RemoveAll(ring => ring.CallId == callId) > 0 && rings.Count == 0)
            _unanswered.Remove(calleeId);
    }

    private static TimeSpan? Longest(params ReadOnlySpan<TimeSpan?> waits)
    {
        TimeSpan? longest = null;
        foreach (var wait in waits)
            longest = longest is null || wait > longest ? wait : longest;
        return longest;
    }

    private void Forget(AdmissionRequest request, DateTimeOffset now)
    {
        while (_starts.TryPeek(out var start) && start + Minute <= now)
            _starts.Dequeue();
        foreach (var (calleeId, at) in _callees)
            if (at + Minute <= now)
                _callees.Remove(calleeId);
        foreach (var (calleeId, rings) in _unanswered)
        {
            rings.RemoveAll(ring => ring.At + request.PairWindow <= now);
            if (rings.Count == 0)
                _unanswered.Remove(calleeId);
        }
    }

    private TimeSpan? OfPairs(AdmissionRequest request, DateTimeOffset now)
    {
        if (request.PairLimit == 0)
            return null;
        TimeSpan? longest = null;
        foreach (var calleeId in request.Call.CalleeIds)
        {
            if (_unanswered.TryGetValue(calleeId, out var rings) && rings.Count >= request.PairLimit)
                longest = Longest(longest, rings[^request.PairLimit].At + request.PairWindow - now);
        }

        return longest;
    }

    private TimeSpan? OfStarts(AdmissionRequest request, DateTimeOffset now) =>
        request.StartLimit > 0 && _starts.Count >= request.StartLimit ? _starts.Peek() + Minute - now : null;

    private TimeSpan? OfCallees(AdmissionRequest request, DateTimeOffset now)
    {
        if (request.CalleeLimit == 0)
            return null;
        var tooMany = _callees.Count + request.Call.CalleeIds.Count(id => !_callees.ContainsKey(id)) - request.CalleeLimit;
        if (tooMany <= 0)
            return null;
        // A call with more callees than the limit never fits; it may retry when nothing else counts.
        return _callees.Count == 0
            ? Minute
            : _callees.Values.Order().ElementAt(Math.Min(tooMany, _callees.Count) - 1) + Minute - now;
    }
}
