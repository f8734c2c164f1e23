using System.Collections.Immutable;

namespace OrleansCalls.Calls;

/// <summary>
/// The mutable work state of one decision: the new state and the notices. Used only within <see cref="CallMachine.Decide"/>,
/// which is a pure function from outside.
/// </summary>
internal sealed class CallTurn
{
    private const int LongestTimeline = 200;

    private readonly List<(string UserId, Envelope Envelope)> _envelopes = [];
    private readonly Dictionary<string, MissedCall> _missed = [];
    private readonly CallState? _before;
    private (string UserId, string? DeviceId)? _acked;

    public CallTurn(CallState state, bool isNew, DateTimeOffset now, CallOptions options)
    {
        _before = isNew ? null : state;
        Now = now;
        State = state;
        Options = options;
        Durable = isNew;
    }

    public CallState State
    {
        get;
        // Signs of life count from the time at which the last socket left the call.
        set => field = value.HasNoSocket && field is { HasNoSocket: false } ? value with { SignAt = Now } : value;
    }

    public DateTimeOffset Now { get; }

    public CallOptions Options { get; }

    public bool Durable { get; set; }

    public string CallerId => State.Caller.UserId;

    /// <summary>
    /// The caller's id unless the caller has left; a caller who was invited back is sent the events of a callee.
    /// </summary>
    public string? CallerInCall => State.Caller.Left ? null : CallerId;

    public long NextSeq()
    {
        Durable = true;
        State = State with { Seq = State.Seq + 1 };
        return State.Seq;
    }

    /// <summary>Returns a number that the last write reserved: its event needs no write.</summary>
    public long NextSetAside()
    {
        State = State with { Seq = State.Seq + 1 };
        return State.Seq;
    }

    public void SetLeg(LegState leg)
    {
        var legs = State.Legs;
        for (var i = 0; i < legs.Length; i++)
        {
            if (legs[i].UserId != leg.UserId)
                continue;
            State = State with { Legs = legs.SetItem(i, leg) };
            return;
        }
    }

    public void SetParty(PartyState party)
    {
        if (party is CallerState caller)
            State = State with { Caller = caller };
        else
            SetLeg((LegState)party);
    }

    public void Tell(string userId, ClientEvent what, string? only = null, string? except = null) =>
        _envelopes.Add((userId, new Envelope { Event = what, OnlyDevice = only, ExceptDevice = except }));

    /// <summary>Sends the updated call to everyone with an open part except the named users.</summary>
    public void TellUpdated(long seq, params ReadOnlySpan<string?> butNot)
    {
        foreach (var userId in State.OpenUsers())
            if (!butNot.Contains(userId))
                Tell(userId, Updated(seq, userId));
    }

    public CallUpdated Updated(long seq, string userId) =>
        new() { CallId = State.CallId, Seq = seq, Call = State.ViewFor(userId) };

    public void AddMissedCall(LegState leg, DateTimeOffset at)
    {
        // A caller who was invited back misses the inviter's call, not the caller's own.
        var inviter = leg.UserId == CallerId ? leg.InvitedBy : null;
        _missed[leg.UserId] = new MissedCall
        {
            CallId = State.CallId,
            CallerId = inviter ?? CallerId,
            CallerName = inviter is null ? State.Caller.Name : State.LegOf(inviter)?.Name ?? "",
            Media = State.Media,
            At = at,
            ConversationId = State.ConversationId,
        };
    }

    public void Acked(string userId, string? deviceId) => _acked = (userId, deviceId);

    public void Replace(string callId)
    {
        if (!State.Replaces.Contains(callId))
            State = State with { Replaces = State.Replaces.Add(callId) };
    }

    public void Record(string what, string? userId = null, string? deviceId = null, string? detail = null)
    {
        var timeline = State.Timeline;
        // The first entries explain why a phone did not ring, the last ones the outcome; the middle is repetition.
        if (timeline.Length >= LongestTimeline)
            timeline = timeline.RemoveAt(LongestTimeline / 2);
        State = State with
        {
            Timeline = timeline.Add(
                new TimelineEntry { At = Now, What = what, UserId = userId, DeviceId = deviceId, Detail = detail }),
        };
    }

    public Decision Done(CallReply reply)
    {
        if (Durable)
            State = State with
            {
                SetAside = State.Seq + (State.Phase == CallPhase.Ended ? 0 : State.Legs.Count(leg => leg.AwaitsAlert)),
            };
        return new Decision
        {
            State = State,
            Durable = Durable,
            Notices = Notices(),
            Replaces = State.Replaces == _before?.Replaces ? [] : [.. State.Replaces.Except(_before?.Replaces ?? [])],
            Reply = reply,
        };
    }

    private ImmutableArray<UserNotice> Notices()
    {
        // Nothing is to be sent, and nothing durable has changed.
        if (_envelopes.Count == 0 && _missed.Count == 0 && _acked is null && ReferenceEquals(State, _before))
            return [];
        var notices = ImmutableArray.CreateBuilder<UserNotice>();
        foreach (var userId in Users())
        {
            var was = _before?.OpenFor(userId);
            var open = State.OpenFor(userId);
            var events = EventsFor(userId);
            var missed = _missed.GetValueOrDefault(userId);
            var acked = _acked is { } ack && ack.UserId == userId ? ack.DeviceId : null;
            // The caller's own grain stored the new call when it admitted it.
            var known = _before is null ? open is null || userId == CallerId : !CallViews.Differs(was, open);
            var answeredBy = AnsweredBy(userId);
            var busy = BusyCallees(userId);
            if (events.IsEmpty && missed is null && acked is null && known && answeredBy.IsEmpty && busy.IsEmpty)
                continue;
            notices.Add(new UserNotice
            {
                UserId = userId,
                CallId = State.CallId,
                Call = open,
                Events = events,
                Missed = missed,
                AckedDeviceId = acked,
                AnsweredBy = answeredBy,
                BusyCallees = busy,
            });
        }

        return notices.ToImmutable();
    }

    /// <summary>Returns the other party of each ring, by or for this user, that was answered in this turn.</summary>
    private ImmutableArray<string> AnsweredBy(string userId)
    {
        ImmutableArray<string> others = [];
        foreach (var leg in State.Legs)
        {
            if (!leg.IsIn || _before?.LegOf(leg.UserId) is not { IsPending: true })
                continue;
            var ringer = RingerOf(leg);
            if (ringer == userId)
                others = others.Add(leg.UserId);
            else if (leg.UserId == userId)
                others = others.Add(ringer);
        }

        return others;
    }

    /// <summary>Returns the callees whom this user tried to ring in this turn and who are busy.</summary>
    private ImmutableArray<string> BusyCallees(string userId)
    {
        ImmutableArray<string> callees = [];
        foreach (var leg in State.Legs)
            if (leg.Phase == LegPhase.Busy && RingerOf(leg) == userId && !WasBusy(leg))
                callees = callees.Add(leg.UserId);
        return callees;
    }

    private bool WasBusy(LegState leg) =>
        _before?.LegOf(leg.UserId) is { Phase: LegPhase.Busy } former && former.InvitedAt == leg.InvitedAt;

    private string RingerOf(LegState leg) => leg.InvitedBy ?? CallerId;

    private ImmutableArray<Envelope> EventsFor(string userId)
    {
        var events = ImmutableArray.CreateBuilder<Envelope>();
        foreach (var (user, envelope) in _envelopes)
            if (user == userId)
                events.Add(envelope);
        return events.ToImmutable();
    }

    private IEnumerable<string> Users()
    {
        yield return CallerId;
        foreach (var leg in State.Legs)
            if (leg.UserId != CallerId)
                yield return leg.UserId;
    }
}
