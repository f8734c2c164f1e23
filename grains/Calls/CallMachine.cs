using System.Diagnostics;

namespace OrleansCalls.Calls;

/// <summary>
/// All rules of one call, as a pure function without clock, randomness or Orleans. The host loads, asks, writes what is durable,
/// and only then executes the rest.
/// </summary>
public static partial class CallMachine
{
    /// <summary>
    /// Decides <paramref name="command"/>. Deadlines that have passed are applied first, so that a late timer never lets an
    /// expired call be answered; a refused command still applies them.
    /// </summary>
    /// <param name="state">The call, or null while there is none.</param>
    /// <param name="command">The command.</param>
    /// <param name="context">Time, limits and the users' admissions.</param>
    public static Decision Decide(CallState? state, CallCommand command, CallContext context)
    {
        if (state is null)
            return DecideUnknown(command, context);

        var turn = new CallTurn(state, isNew: false, context.Now, context.Options);
        Expire(turn);

        if (command.Actor is { } actor && !state.IsParty(actor.UserId))
        {
            return turn.Done(command is StartCall
                ? Refused(CallErrorCode.Conflict, "This call id belongs to another caller's call.")
                : Refused(CallErrorCode.Forbidden, "You are not a party of this call."));
        }

        TakeSign(turn, command.Actor);
        return command switch
        {
            StartCall start => StartAgain(turn, start),
            InviteToCall invite => Invite(turn, invite, context),
            AckRinging ack => turn.Done(Ack(turn, ack)),
            AcceptCall accept => turn.Done(Accept(turn, accept)),
            ReadyCall ready => turn.Done(Ready(turn, ready)),
            RejectCall reject => turn.Done(Reject(turn, reject.Actor!, reject.Reason)),
            EndCall end => turn.Done(End(turn, end)),
            SilenceCall silence => turn.Done(Silence(turn, silence)),
            RequestOffer request => turn.Done(GiveOffer(turn, request)),
            SendSignal signal => turn.Done(Signal(turn, signal)),
            MoveCall move => turn.Done(Move(turn, move)),
            ReportMedia report => turn.Done(Media(turn, report)),
            RateCall rate => turn.Done(Rate(turn, rate)),
            ReadCall read => turn.Done(Read(turn, read)),
            EndByAdmin end => turn.Done(EndFor(turn, EndReason.EndedByAdmin, end.OperatorId)),
            ReplaceCall => turn.Done(EndFor(turn, EndReason.Replaced)),
            DevicePresence presence => turn.Done(Presence(turn, presence)),
            PushOutcome push => turn.Done(Push(turn, push)),
            CheckDeadlines => turn.Done(new CallReply()),
            _ => throw new UnreachableException($"No rule for {command.GetType().Name}."),
        };
    }

    /// <summary>
    /// Returns the state with which a new activation restores the call from its row. An event that may have been sent without a
    /// write is assumed sent, so that nothing sent is ever undone. Deadlines set by the clock of another process are limited to
    /// their full duration by this clock. Signs of life since the last write are lost, so they count from <paramref name="now"/>.
    /// </summary>
    public static CallState Restored(CallState stored, DateTimeOffset now, CallOptions options)
    {
        ArgumentNullException.ThrowIfNull(stored);
        ArgumentNullException.ThrowIfNull(options);
        if (stored.Phase == CallPhase.Ended)
            return stored;
        var told = stored.SetAside > stored.Seq;
        return stored with
        {
            Seq = told ? stored.SetAside : stored.Seq,
            SignAt = stored.HasNoSocket ? now : stored.SignAt,
            Caller = (CallerState)ByClock(stored.Caller, now, options),
            Legs =
            [
                .. stored.Legs.Select(leg => (LegState)ByClock(told && leg.AwaitsAlert
                    ? leg with { Phase = LegPhase.Ringing, Alerted = true, AlertAssumed = true }
                    : leg, now, options)),
            ],
        };
    }

    private static Decision DecideUnknown(CallCommand command, CallContext context) => command switch
    {
        StartCall start => Start(start, context),
        // A hang-up may overtake its invite: the id is stored, so that the invite finds it ended.
        EndCall end => new Decision { Reply = NotFound(), EndedEarlyBy = end.Actor!.UserId },
        CheckDeadlines => new Decision { Reply = new CallReply() },
        _ => new Decision { Reply = NotFound() },
    };

    private static CallReply NotFound() => Refused(CallErrorCode.NotFound, "There is no such call.");

    private static CallReply Refused(CallErrorCode code, string detail, Call? call = null) =>
        new() { Error = new CallError { Code = code, Detail = detail }, Call = call };

    private static CallReply Shown(CallTurn turn, Actor actor) => new() { Call = turn.State.ViewFor(actor.UserId) };

    private static CallReply Conflict(CallTurn turn, Actor actor, string detail) =>
        Refused(CallErrorCode.Conflict, detail, turn.State.ViewFor(actor.UserId));

    private static CallReply IsOver(CallTurn turn, Actor actor) =>
        Refused(CallErrorCode.Ended, "The call is over.", turn.State.ViewFor(actor.UserId));

    private static bool HasEnded(CallTurn turn) => turn.State.Phase == CallPhase.Ended;

    private static bool IsCaller(CallTurn turn, Actor actor) => turn.State.PartyOf(actor.UserId) is CallerState;

    private static LegState Leg(CallTurn turn, Actor actor) => turn.State.LegOf(actor.UserId)!;

    private static bool IsIn(PartyState party) => party switch
    {
        CallerState caller => !caller.Left,
        LegState leg => leg.IsIn,
        _ => throw new UnreachableException(),
    };

    /// <summary>Returns true if the party is in the call or has yet to answer.</summary>
    private static bool IsOpen(PartyState party) => IsIn(party) || party is LegState { IsPending: true };

    /// <summary>Records a command of a party as a sign of life. Where sockets show presence, nothing is recorded.</summary>
    private static void TakeSign(CallTurn turn, Actor? actor)
    {
        if (actor is not null && turn.State.HasNoSocket && turn.State.PartyOf(actor.UserId) is { } party && IsOpen(party))
            turn.State = turn.State with { SignAt = turn.Now };
    }

    private static CallReply Read(CallTurn turn, ReadCall read)
    {
        var reply = new CallReply { Call = turn.State.ViewFor(read.Actor?.UserId) };
        if (read.Actor is not { } actor || read.AfterSeq is null)
            return reply;
        return IsCaller(turn, actor)
            ? reply with { Answer = turn.State.Legs.FirstOrDefault(leg => leg.Answer is not null)?.Answer }
            : reply with { Offer = turn.State.Offer };
    }

    private static CallReply EndFor(CallTurn turn, EndReason reason, string? operatorId = null)
    {
        if (!HasEnded(turn))
        {
            if (operatorId is not null)
                turn.Record("operator", operatorId);
            EndNow(turn, reason, by: null, turn.Now);
        }

        return new CallReply { Call = turn.State.ViewFor(null) };
    }
}
