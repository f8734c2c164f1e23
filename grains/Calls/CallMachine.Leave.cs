namespace OrleansCalls.Calls;

/// <content>The end of one part, and of the whole call.</content>
public static partial class CallMachine
{
    private static CallReply End(CallTurn turn, EndCall end)
    {
        var actor = end.Actor!;
        if (HasEnded(turn))
            return Shown(turn, actor);
        var by = end.Failed ? null : actor.UserId;
        if (IsCaller(turn, actor))
        {
            if (turn.State.AnsweredAt is null)
                EndNow(turn, end.Failed ? EndReason.Failed : EndReason.Cancelled, by, turn.Now);
            else if (!turn.State.Caller.Left)
                Leave(turn, turn.State.Caller, end.Failed ? EndReason.Failed : EndReason.Completed, by, turn.Now);
            return Shown(turn, actor);
        }

        var leg = Leg(turn, actor);
        if (leg.IsPending)
            return Reject(turn, actor, end.Reason);
        if (leg.IsIn)
            Leave(turn, leg, end.Failed ? EndReason.Failed : EndReason.Completed, by, turn.Now);
        return Shown(turn, actor);
    }

    /// <summary>Removes a party from the call, and ends the call if no peer is left or pending.</summary>
    private static void Leave(CallTurn turn, PartyState party, EndReason reason, string? by, DateTimeOffset at)
    {
        turn.SetParty(party switch
        {
            CallerState caller => caller with { Left = true, AwayUntil = null, ConnectBy = null },
            LegState leg => leg with { Phase = LegPhase.Left, AwayUntil = null, ConnectBy = null, ReadyBy = null },
            _ => party,
        });
        // The offer was for a connection with the caller's device.
        if (party is CallerState)
            turn.State = turn.State with { Offer = null };
        turn.Record("left", party.UserId, party.DeviceId, EnumNames.Snake(reason));
        if (!CheckAlone(turn, reason, by, at))
        {
            var seq = turn.NextSeq();
            turn.Tell(party.UserId, Ended(turn, seq, reason, by));
            turn.TellUpdated(seq);
        }
        else
        {
            turn.Tell(party.UserId, Ended(turn, turn.State.Seq, reason, by));
        }
    }

    /// <summary>Ends the call if no callee rings and it is unanswered, or has fewer than two parties.</summary>
    /// <returns>Whether the call ended.</returns>
    private static bool CheckAlone(CallTurn turn, EndReason reason, string? by, DateTimeOffset at)
    {
        var pending = turn.State.Legs.Any(leg => leg.IsPending);
        if (turn.State.AnsweredAt is null)
        {
            if (pending)
                return false;
            var why = WhyUnanswered(turn.State);
            EndNow(turn, why, why == EndReason.Rejected ? by : null, at);
            return true;
        }

        var present = turn.State.Legs.Count(leg => leg.IsIn) + (turn.State.Caller.Left ? 0 : 1);
        if (present > 1 || (present == 1 && pending))
            return false;
        EndNow(turn, reason, by, at);
        return true;
    }

    /// <summary>Returns the end reason of an unanswered call in which no callee rings any more.</summary>
    private static EndReason WhyUnanswered(CallState state)
    {
        if (state.Legs.Any(leg => leg.Phase is LegPhase.Missed or LegPhase.Blocked))
        {
            return state.Legs.Any(leg => leg.Alerted || leg.Phase == LegPhase.Declined)
                ? EndReason.NoAnswer
                : EndReason.Unreachable;
        }

        return state.Legs.Any(leg => leg.Phase == LegPhase.Declined) ? EndReason.Rejected : EndReason.Busy;
    }

    private static void EndNow(CallTurn turn, EndReason reason, string? by, DateTimeOffset at)
    {
        var open = turn.State.OpenUsers().ToList();
        Close(turn, reason, by, at);
        foreach (var userId in open)
            turn.Tell(userId, Ended(turn, turn.State.Seq, reason, by));
    }

    /// <summary>Makes the state final and small: it is stored for days as the tombstone of its id.</summary>
    private static void Close(CallTurn turn, EndReason reason, string? by, DateTimeOffset at)
    {
        foreach (var leg in turn.State.Legs)
        {
            if (leg.IsPending && leg.Bar != LegBar.Blocked && reason.Meaning().ForCallee == HistoryOutcome.Missed)
                turn.AddMissedCall(leg, at);
            var phase = leg.IsPending ? leg.Bar == LegBar.Blocked ? LegPhase.Blocked : LegPhase.Missed
                : leg.IsIn ? LegPhase.Left
                : leg.Phase;
            turn.SetLeg(leg with
            {
                Phase = phase, Answer = null, KeptSignals = [], ReadyBy = null, ConnectBy = null, AwayUntil = null,
            });
        }

        turn.State = turn.State with
        {
            Phase = CallPhase.Ended,
            EndedAt = at,
            EndReason = reason,
            EndedBy = by,
            Offer = null,
            SignAt = null,
            Caller = turn.State.Caller with { AwayUntil = null, ConnectBy = null },
        };
        turn.Record("ended", by, detail: EnumNames.Snake(reason));
        turn.NextSeq();
    }

    private static CallEnded Ended(CallTurn turn, long seq, EndReason reason, string? by) => new()
    {
        CallId = turn.State.CallId,
        Seq = seq,
        Reason = reason,
        EndedBy = by,
        DurationMs = turn.State.AnsweredAt is { } answered
            ? (long)((turn.State.EndedAt ?? turn.Now) - answered).TotalMilliseconds
            : null,
    };

    private static CallEnded Elsewhere(CallTurn turn, long seq, EndReason reason, string by) =>
        new() { CallId = turn.State.CallId, Seq = seq, Reason = reason, EndedBy = by };
}
