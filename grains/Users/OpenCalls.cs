using System.Collections.Immutable;

namespace OrleansCalls.Users;

/// <summary>
/// The calls in which one user has an open part, and the admission of further ones: busy, glare, replaced calls, rate limits.
/// Updated by the calls' notices, never durable. Pure.
/// </summary>
public sealed class OpenCalls
{
    private const int RememberedEnds = 256;

    // The time at which one of the calls will end is unknown.
    private static readonly TimeSpan WhenFull = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, OpenCall> _calls = [];
    private readonly Dictionary<string, long> _over = [];
    private readonly Queue<string> _overOrder = new();
    private readonly RingLimits _limits = new();

    /// <summary>All open calls.</summary>
    public IReadOnlyCollection<OpenCall> All => _calls.Values;

    /// <summary>Whether there are neither calls nor counted rings.</summary>
    public bool IsEmpty => _calls.Count == 0 && _over.Count == 0 && _limits.IsEmpty;

    /// <summary>Whether the user is in an answered call.</summary>
    public bool IsOccupied => _calls.Values.Any(Occupies);

    /// <summary>The ids of open and recently ended calls.</summary>
    public IEnumerable<string> KnownIds => _calls.Keys.Union(_over.Keys);

    /// <summary>Returns an open call; null when there is none.</summary>
    public OpenCall? Find(string callId) => _calls.GetValueOrDefault(callId);

    /// <summary>Decides on a starting call, and adds it if it is admitted.</summary>
    public Admission Admit(string userId, AdmissionRequest request, UserSettings settings, DateTimeOffset now)
    {
        var call = request.Call;
        if (request.InviterId == userId)
            return TryRing(request, now) ?? Taken(null);
        if (_calls.ContainsKey(call.CallId))
            return Taken(SamePair(call));
        if (!call.IsCaller
            && (settings.Blocked.Contains(call.CallerId)
                || (request.InviterId is { } inviter && settings.Blocked.Contains(inviter))))
            return new Admission { Outcome = AdmissionOutcome.Blocked };

        var same = SamePair(call);
        if (same is not null && IsGlare(same, call))
        {
            return new Admission
            {
                Outcome = AdmissionOutcome.Glare, OtherCallId = same.CallId, SameMedia = same.Media == call.Media,
            };
        }

        // A call that replaces another does not increase their number.
        if (request.OpenLimit > 0 && same is null && _calls.Count >= request.OpenLimit)
        {
            return call.IsCaller
                ? new Admission { Outcome = AdmissionOutcome.RateLimited, RetryAfter = WhenFull }
                : new Admission { Outcome = AdmissionOutcome.Busy };
        }

        if (call.IsCaller && TryRing(request, now) is { } limited)
            return limited;
        if (!call.IsCaller && !settings.CallWaiting && _calls.Values.Any(other => !IsSamePair(other, call) && Occupies(other)))
            return new Admission { Outcome = AdmissionOutcome.Busy };
        if (!call.IsCaller && UserRules.IsQuiet(settings, now))
            return new Admission { Outcome = AdmissionOutcome.DoNotDisturb };

        _calls[call.CallId] = call;
        return Taken(same);
    }

    /// <summary>Removes a call that did not start.</summary>
    public void Release(string callId)
    {
        _calls.Remove(callId);
        _limits.Release(callId);
    }

    /// <summary>Applies a notice.</summary>
    /// <returns>False for a stale notice, which must be ignored.</returns>
    public bool Update(UserNotice notice)
    {
        var seq = notice.Call?.Seq ?? notice.Events.Select(e => (e.Event as CallEvent)?.Seq ?? 0).DefaultIfEmpty(0).Max();
        if (_over.TryGetValue(notice.CallId, out var over) && seq <= over)
            return false;
        if (_calls.TryGetValue(notice.CallId, out var known) && notice.Call is not null && notice.Call.Seq < known.Seq)
            return false;
        foreach (var userId in notice.AnsweredBy)
            _limits.Answered(userId);
        foreach (var calleeId in notice.BusyCallees)
            _limits.Busy(notice.CallId, calleeId);
        if (notice.Call is null)
        {
            _calls.Remove(notice.CallId);
            IsOver(notice.CallId, Math.Max(seq, known?.Seq ?? 0));
        }
        else
        {
            _calls[notice.CallId] = notice.Call;
        }

        return true;
    }

    /// <summary>
    /// Returns this call and another one of the same two users: the older must end, the newer replaces it. Both can exist if
    /// the grain that admitted the newer one had lost the older with a silo.
    /// </summary>
    public (string Older, string Newer)? DoubleOf(string callId)
    {
        if (_calls.Count < 2 || Find(callId) is not { Seq: > 0 } call
            || _calls.Values.FirstOrDefault(one => one.Seq > 0 && IsSamePair(one, call)) is not { } other)
            return null;
        var isOlder = call.CreatedAt == other.CreatedAt
            ? string.CompareOrdinal(call.CallId, other.CallId) < 0
            : call.CreatedAt < other.CreatedAt;
        return isOlder ? (call.CallId, other.CallId) : (other.CallId, call.CallId);
    }

    /// <summary>Removes a call in which this user has no open part, as reported by the call.</summary>
    public void Close(string callId) => _calls.Remove(callId);

    private Admission? TryRing(AdmissionRequest request, DateTimeOffset now) => _limits.TryRing(request, now) is { } retryAfter
        ? new Admission { Outcome = AdmissionOutcome.RateLimited, RetryAfter = retryAfter }
        : null;

    private void IsOver(string callId, long seq)
    {
        if (!_over.ContainsKey(callId))
            _overOrder.Enqueue(callId);
        _over[callId] = seq;
        if (_overOrder.Count > RememberedEnds)
            _over.Remove(_overOrder.Dequeue());
    }

    // Idempotent: the first reply may have been lost with the call's first write.
    private static Admission Taken(OpenCall? replaced) => replaced is null
        ? new Admission { Outcome = AdmissionOutcome.Admitted }
        : new Admission { Outcome = AdmissionOutcome.Replaces, OtherCallId = replaced.CallId };

    private static bool IsGlare(OpenCall other, OpenCall call) =>
        other.State == CallPhase.Ringing && other.CallerId != call.CallerId;

    /// <summary>
    /// Returns another open call of exactly the same two users, whoever started it. A ringing one precedes an answered one,
    /// which may be ending because of it; a call in the opposite direction comes first.
    /// </summary>
    private OpenCall? SamePair(OpenCall call) => _calls.Count == 0 ? null : _calls.Values.Where(other => IsSamePair(other, call))
        .OrderByDescending(other => IsGlare(other, call))
        .ThenByDescending(other => other.State == CallPhase.Ringing).FirstOrDefault();

    private static bool IsSamePair(OpenCall other, OpenCall call) =>
        call.CalleeIds.Length == 1 && other.CalleeIds.Length == 1 && other.CallId != call.CallId
            && call.CalleeIds[0] != call.CallerId
        && ((other.CallerId == call.CallerId && other.CalleeIds[0] == call.CalleeIds[0])
            || (other.CallerId == call.CalleeIds[0] && other.CalleeIds[0] == call.CallerId));

    /// <summary>Returns true if the call is answered and this user is in it.</summary>
    private static bool Occupies(OpenCall call) =>
        call.State is CallPhase.Connecting or CallPhase.Active
        && (call.IsCaller || call.Leg?.IsIn == true);
}
