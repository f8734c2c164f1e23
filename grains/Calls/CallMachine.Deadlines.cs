namespace OrleansCalls.Calls;

/// <content>Deadlines: all of them are instants in the state, and all are looked at here.</content>
public static partial class CallMachine
{
    /// <summary>When the call next has to be looked at; null when it has ended.</summary>
    public static DateTimeOffset? NextDeadline(CallState state, CallOptions options) =>
        state.Phase == CallPhase.Ended ? null : Deadlines(state, options).Min(deadline => deadline.At);

    private static IEnumerable<(DateTimeOffset At, Action<CallTurn> Expire)> Deadlines(CallState state, CallOptions options)
    {
        var longest = state.CreatedAt + options.MaxDuration;
        yield return (longest, turn => EndNow(turn, EndReason.Lost, by: null, longest));

        if (!state.Caller.Left)
            foreach (var deadline in DeadlinesOf(state, state.Caller))
                yield return deadline;
        foreach (var leg in state.Legs)
        {
            if (leg.IsPending)
                yield return (leg.RingUntil, turn => RingEnds(turn, leg.RingUntil));
            if (leg is { Phase: LegPhase.Accepted, ReadyBy: { } readyBy })
                yield return (readyBy, turn => Leave(turn, turn.State.LegOf(leg.UserId)!, EndReason.ConnectTimeout, null, readyBy));
            if (leg.IsIn)
                foreach (var deadline in DeadlinesOf(state, leg))
                    yield return deadline;
        }
    }

    private static IEnumerable<(DateTimeOffset At, Action<CallTurn> Expire)> DeadlinesOf(CallState state, PartyState party)
    {
        if (party.AwayUntil is { } awayUntil)
        {
            yield return (awayUntil, turn =>
            {
                if (turn.State.AnsweredAt is null)
                    EndNow(turn, EndReason.Cancelled, party.UserId, awayUntil);
                else
                    Leave(turn, PartyOf(turn, party.UserId)!, EndReason.Lost, null, awayUntil);
            });
        }

        // Before the answer nothing can be connected, whatever a device reports.
        if (party.ConnectBy is { } connectBy && state.AnsweredAt is not null)
            yield return (connectBy, turn => Leave(turn, PartyOf(turn, party.UserId)!, EndReason.ConnectTimeout, null, connectBy));
    }

    /// <summary>Applies what has passed, in the order in which it was due.</summary>
    private static void Expire(CallTurn turn)
    {
        while (!HasEnded(turn))
        {
            var (at, expire) = Deadlines(turn.State, turn.Options).MinBy(deadline => deadline.At);
            if (at > turn.Now)
                return;
            turn.Durable = true;
            expire(turn);
        }
    }

    /// <summary>Everybody whose ring was due by then is not rung any more.</summary>
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
                turn.Miss(leg, at);
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
}
