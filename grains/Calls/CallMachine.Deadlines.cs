namespace OrleansCalls.Calls;

/// <content>Deadlines: absolute times in the state, all checked here.</content>
public static partial class CallMachine
{
    // The wake time lies after the timer's, since it only replaces lost timers.
    private static readonly TimeSpan WakeMargin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WakeAnswered = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan WakeEnded = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan SettlesWithin = TimeSpan.FromSeconds(20);

    private enum DeadlineKind
    {
        Longest,
        Ring,
        Ready,
        Away,
        Connect,
        Silent,
    }

    /// <summary>Returns the next deadline of the call; null when it has ended.</summary>
    public static DateTimeOffset? NextDeadline(CallState state, CallOptions options)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(options);
        return state.Phase == CallPhase.Ended ? null : Next(state, options).At;
    }

    /// <summary>
    /// Returns when the call must be woken if its timers are lost. A sufficient <paramref name="current"/> time is kept, since
    /// moving it costs a write to the index.
    /// </summary>
    public static DateTimeOffset WakeAt(CallState state, DateTimeOffset? current, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        var (earliest, latest) = state.Phase == CallPhase.Ended ? (now + SettlesWithin, now + WakeEnded)
            : !state.Legs.Any(leg => leg.IsPending) ? (now, now + WakeAnswered)
            : (now, (state.RingUntil > now ? state.RingUntil : now) + WakeMargin);
        return current > earliest && current <= latest ? current.Value : latest;
    }

    /// <summary>Returns the earliest deadline.</summary>
    private static Deadline Next(CallState state, CallOptions options)
    {
        var next = new Deadline(state.CreatedAt + options.MaxDuration, DeadlineKind.Longest, state.Caller.UserId);
        if (!state.Caller.Left)
            ConsiderParty(state.Caller);
        foreach (var leg in state.Legs)
        {
            if (leg.IsPending)
                Consider(leg.RingUntil, DeadlineKind.Ring, leg);
            if (leg.Phase == LegPhase.Accepted)
                Consider(leg.ReadyBy, DeadlineKind.Ready, leg);
            if (leg.IsIn)
                ConsiderParty(leg);
        }

        if (state.HasNoSocket)
            Consider((state.SignAt ?? state.AnsweredAt) + options.PartySilent, DeadlineKind.Silent, state.Caller);
        return next;

        void ConsiderParty(PartyState party)
        {
            Consider(party.AwayUntil, DeadlineKind.Away, party);
            // No media can be connected before the answer, whatever a device reports.
            if (state.AnsweredAt is not null)
                Consider(party.ConnectBy, DeadlineKind.Connect, party);
        }

        void Consider(DateTimeOffset? at, DeadlineKind kind, PartyState party)
        {
            if (at < next.At)
                next = new Deadline(at.Value, kind, party.UserId);
        }
    }

    /// <summary>Applies the deadlines that have passed, in the order of their times.</summary>
    private static void Expire(CallTurn turn)
    {
        while (!HasEnded(turn))
        {
            var next = Next(turn.State, turn.Options);
            if (next.At > turn.Now)
                return;
            turn.Durable = true;
            Expire(turn, next);
        }
    }

    private static void Expire(CallTurn turn, Deadline due)
    {
        switch (due.Kind)
        {
            case DeadlineKind.Longest:
                EndNow(turn, EndReason.Lost, by: null, due.At);
                break;
            case DeadlineKind.Ring:
                RingEnds(turn, due.At);
                break;
            case DeadlineKind.Away when turn.State.AnsweredAt is null:
                EndNow(turn, EndReason.Cancelled, due.UserId, due.At);
                break;
            case DeadlineKind.Away:
                Leave(turn, turn.State.PartyOf(due.UserId)!, EndReason.Lost, null, due.At);
                break;
            case DeadlineKind.Ready or DeadlineKind.Connect:
                Leave(turn, turn.State.PartyOf(due.UserId)!, EndReason.ConnectTimeout, null, due.At);
                break;
            case DeadlineKind.Silent:
                // Until then the conversation is known to have lasted.
                EndNow(turn, EndReason.Lost, by: null, due.At - turn.Options.PartySilent);
                break;
        }
    }

    /// <summary>Ends the ring of every callee whose ring deadline has passed.</summary>
    private static void RingEnds(CallTurn turn, DateTimeOffset at)
    {
        var due = turn.State.Legs.Where(leg => leg.IsPending && leg.RingUntil <= at).ToList();
        if (turn.State.AnsweredAt is null && due.Count == turn.State.Legs.Count(leg => leg.IsPending))
        {
            var reached = turn.State.Legs.Any(leg => leg.Alerted || leg.Phase == LegPhase.Declined);
            EndNow(turn, reached ? EndReason.NoAnswer : EndReason.Unreachable, by: null, at);
            return;
        }

        foreach (var leg in due)
        {
            turn.SetLeg(leg with { Phase = leg.Bar == LegBar.Blocked ? LegPhase.Blocked : LegPhase.Missed, KeptSignals = [] });
            turn.Record("ring_ended", leg.UserId);
            if (leg.Bar != LegBar.Blocked)
                turn.AddMissedCall(leg, at);
        }

        if (CheckAlone(turn, EndReason.Completed, by: null, at))
        {
            TellRingOver(turn, due, turn.State.Seq);
            return;
        }

        var seq = turn.NextSeq();
        TellRingOver(turn, due, seq);
        turn.TellUpdated(seq);
    }

    private static void TellRingOver(CallTurn turn, List<LegState> legs, long seq)
    {
        foreach (var leg in legs)
            if (leg.Bar == LegBar.None)
                turn.Tell(leg.UserId, Ended(turn, seq, leg.Alerted ? EndReason.NoAnswer : EndReason.Unreachable, null));
    }

    /// <summary>Limits a party's deadlines that were set by a clock ahead of this one to what this clock allows.</summary>
    private static PartyState ByClock(PartyState party, DateTimeOffset now, CallOptions options)
    {
        var away = now
            + (party is CallerState && options.CallerAway > options.PartyAway ? options.CallerAway : options.PartyAway);
        var connect = now + options.Connect;
        if (party.AwayUntil > away || party.ConnectBy > connect)
            party = party with { AwayUntil = Earlier(party.AwayUntil, away), ConnectBy = Earlier(party.ConnectBy, connect) };
        if (party is not LegState leg)
            return party;
        var (ring, ready) = (now + (leg.RingUntil - leg.InvitedAt), now + options.Ready);
        return leg.RingUntil > ring || leg.ReadyBy > ready
            ? leg with { RingUntil = Earlier(leg.RingUntil, ring)!.Value, ReadyBy = Earlier(leg.ReadyBy, ready) }
            : leg;
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset other) => one > other ? other : one;

    private readonly record struct Deadline(DateTimeOffset At, DeadlineKind Kind, string UserId);
}
