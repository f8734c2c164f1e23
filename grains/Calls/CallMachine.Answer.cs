using OrleansCalls.Push;

namespace OrleansCalls.Calls;

/// <content>Ringing, accept, ready, decline, silence, and reading the offer.</content>
public static partial class CallMachine
{
    private static CallReply Ack(CallTurn turn, AckRinging ack)
    {
        var actor = ack.Actor!;
        if (HasEnded(turn))
            return IsOver(turn, actor);
        if (IsCaller(turn, actor))
            return Conflict(turn, actor, "The caller's own devices do not ring.");
        var leg = Leg(turn, actor);
        if (!leg.IsPending)
            return Shown(turn, actor);

        turn.Acked(actor.UserId, actor.DeviceId);
        if (leg is { Phase: LegPhase.Ringing, AlertAssumed: false })
        {
            turn.Record("ringing", actor.UserId, actor.DeviceId);
            return Shown(turn, actor);
        }

        var extended = ExtendRing(turn, leg);
        var name = actor.Name ?? leg.Name;
        turn.SetLeg(extended with { Phase = LegPhase.Ringing, Alerted = true, AlertAssumed = false, Name = name });
        turn.Record("ringing", actor.UserId, actor.DeviceId);
        // Within the window the event moves no deadline and its number is reserved, so a crash cannot undo what it reports.
        var soft = leg.AwaitsAlert && extended == leg && turn.State.Seq < turn.State.SetAside;
        TellProgress(turn, actor.UserId, name, RingStage.Ringing, soft ? turn.NextSetAside() : turn.NextSeq());
        return Shown(turn, actor);
    }

    /// <summary>Extends the ring once for a device that alerts late (it was asleep), never beyond the longest ring.</summary>
    private static LegState ExtendRing(CallTurn turn, LegState leg)
    {
        var fair = turn.Now + turn.Options.RingAfterAlert;
        var longest = leg.InvitedAt + CallLimits.MaxRing;
        var until = fair < longest ? fair : longest;
        var late = turn.Now - leg.InvitedAt > turn.Options.AckWindow;
        return !late || leg.RingExtended || until <= leg.RingUntil ? leg : leg with { RingUntil = until, RingExtended = true };
    }

    private static void TellProgress(CallTurn turn, string userId, string? name, RingStage stage, long seq)
    {
        if (!turn.State.Caller.Left)
            turn.Tell(
                turn.CallerId,
                new CallProgress { CallId = turn.State.CallId, Seq = seq, UserId = userId, Name = name, Stage = stage });
    }

    private static CallReply Accept(CallTurn turn, AcceptCall accept)
    {
        var actor = accept.Actor!;
        if (HasEnded(turn))
            return IsOver(turn, actor);
        if (IsCaller(turn, actor))
            return Conflict(turn, actor, "The caller cannot accept the call.");
        var leg = Leg(turn, actor);
        if (leg.IsIn)
        {
            if (leg.DeviceId != actor.DeviceId)
                return Conflict(turn, actor, "Another device has accepted the call.");
            return accept.Ready
                ? Ready(turn, new ReadyCall { Actor = actor, Answer = accept.Answer })
                : Shown(turn, actor);
        }

        if (!leg.IsPending)
            return Conflict(turn, actor, "Your part in the call is over.");

        var kept = leg.KeptSignals;
        turn.SetLeg(leg with
        {
            Phase = accept.Ready ? LegPhase.Joined : LegPhase.Accepted,
            Name = actor.Name ?? leg.Name,
            DeviceId = actor.DeviceId,
            HasSocket = actor.OverSocket,
            Answer = accept.Answer,
            ReadyBy = accept.Ready ? null : turn.Now + turn.Options.Ready,
            Alerted = true,
            KeptSignals = [],
        });
        turn.State = turn.State with { AnsweredAt = turn.State.AnsweredAt ?? turn.Now };
        Advance(turn, accept.Ready || turn.State.Phase == CallPhase.Active ? CallPhase.Active : CallPhase.Connecting);
        turn.Record(accept.Ready ? "accepted" : "accepted_not_ready", actor.UserId, actor.DeviceId);

        var seq = turn.NextSeq();
        TellBoundCaller(turn, seq, new CallAccepted
        {
            CallId = turn.State.CallId, Seq = seq, UserId = actor.UserId, Name = actor.Name ?? leg.Name,
            DeviceId = actor.DeviceId, Answer = accept.Answer,
        });
        turn.Tell(actor.UserId, turn.Updated(seq, actor.UserId), only: actor.DeviceId ?? "");
        turn.Tell(actor.UserId, Elsewhere(turn, seq, EndReason.AnsweredElsewhere, actor.UserId), except: actor.DeviceId);
        foreach (var signal in kept)
            turn.Tell(actor.UserId, Received(turn, signal), only: actor.DeviceId);
        turn.TellUpdated(seq, turn.CallerInCall, actor.UserId);
        return Shown(turn, actor);
    }

    /// <summary>Advances the phase. A media report of the caller's device from before there was a peer counts from now.</summary>
    private static void Advance(CallTurn turn, CallPhase phase)
    {
        if (turn.State.Phase == phase)
            return;
        var caller = turn.State.Caller;
        turn.State = turn.State with
        {
            Phase = phase,
            Caller = caller.ConnectBy is null
                ? caller
                : caller with { ConnectBy = turn.Now + turn.Options.Connect, ConnectResets = 0 },
        };
    }

    /// <summary>Sends the event to the caller's bound device, and the updated call to the caller's other devices.</summary>
    private static void TellBoundCaller(CallTurn turn, long seq, CallEvent what)
    {
        var caller = turn.State.Caller;
        if (caller.Left)
            return;
        turn.Tell(caller.UserId, what, only: caller.DeviceId);
        if (caller.DeviceId is not null)
            turn.Tell(caller.UserId, turn.Updated(seq, caller.UserId), except: caller.DeviceId);
    }

    private static CallReply Ready(CallTurn turn, ReadyCall ready)
    {
        var actor = ready.Actor!;
        if (HasEnded(turn))
            return IsOver(turn, actor);
        if (IsCaller(turn, actor))
        {
            BindCaller(turn, actor);
            return Shown(turn, actor);
        }

        var leg = Leg(turn, actor);
        if (!leg.IsIn)
            return Conflict(turn, actor, leg.IsPending ? "Accept the call first." : "Your part in the call is over.");
        if (leg.DeviceId != actor.DeviceId)
            return Conflict(turn, actor, "Another device has accepted the call.");
        if (leg.Phase == LegPhase.Joined && (ready.Answer is null || leg.Answer is not null))
            return Shown(turn, actor);

        turn.SetLeg(leg with { Phase = LegPhase.Joined, ReadyBy = null, Answer = leg.Answer ?? ready.Answer });
        Advance(turn, CallPhase.Active);
        turn.Record("ready", actor.UserId, actor.DeviceId);
        var seq = turn.NextSeq();
        var what = new CallReady { CallId = turn.State.CallId, Seq = seq, UserId = actor.UserId, Answer = ready.Answer };
        TellBoundCaller(turn, seq, what);
        turn.Tell(actor.UserId, what, only: leg.DeviceId);
        turn.TellUpdated(seq, turn.CallerInCall, actor.UserId);
        return Shown(turn, actor);
    }

    private static CallReply Reject(CallTurn turn, Actor actor, string? reason)
    {
        if (HasEnded(turn))
            return Shown(turn, actor);
        if (IsCaller(turn, actor))
            return Conflict(turn, actor, "The caller ends a call, it does not reject it.");
        var leg = Leg(turn, actor);
        // A reject after an accept has no effect: the first device has decided.
        if (!leg.IsPending)
            return Shown(turn, actor);

        var name = actor.Name ?? leg.Name;
        turn.SetLeg(leg with { Phase = LegPhase.Declined, Reason = reason, Name = name, KeptSignals = [] });
        turn.Record("rejected", actor.UserId, actor.DeviceId);
        var seq = turn.NextSeq();
        if (!turn.State.Caller.Left)
            turn.Tell(
                turn.CallerId,
                new CallRejected { CallId = turn.State.CallId, Seq = seq, UserId = actor.UserId, Name = name, Reason = reason });

        if (!CheckAlone(turn, turn.State.AnsweredAt is null ? EndReason.Rejected : EndReason.Completed, actor.UserId, turn.Now))
            turn.TellUpdated(seq, turn.CallerInCall, actor.UserId);
        var last = turn.State.Seq;
        turn.Tell(actor.UserId, Ended(turn, last, EndReason.Rejected, actor.UserId), only: actor.DeviceId ?? "");
        turn.Tell(actor.UserId, Elsewhere(turn, last, EndReason.RejectedElsewhere, actor.UserId), except: actor.DeviceId);
        return Shown(turn, actor);
    }

    private static CallReply Silence(CallTurn turn, SilenceCall silence)
    {
        var actor = silence.Actor!;
        if (HasEnded(turn) || IsCaller(turn, actor) || Leg(turn, actor) is not { IsPending: true, Silenced: false } leg)
            return Shown(turn, actor);
        turn.SetLeg(leg with { Silenced = true });
        turn.Durable = true;
        turn.Record("silenced", actor.UserId, actor.DeviceId);
        turn.Tell(actor.UserId, new SignalReceived
        {
            CallId = turn.State.CallId, FromUserId = actor.UserId, Kind = SignalKind.Custom, Payload = """{"silenced":true}""",
        }, except: actor.DeviceId);
        return Shown(turn, actor);
    }

    private static CallReply GiveOffer(CallTurn turn, RequestOffer request)
    {
        var actor = request.Actor!;
        if (IsCaller(turn, actor))
            return Refused(CallErrorCode.Forbidden, "Only a callee can ask for the offer.");
        if (HasEnded(turn))
            return IsOver(turn, actor);
        var leg = Leg(turn, actor);
        if (!leg.Phase.IsOpen)
            return Conflict(turn, actor, "Your part in the call is over.");
        if (turn.State.Offer is { } offer)
            return Shown(turn, actor) with { Offer = offer };
        if (turn.State.Caller.Left)
            return Conflict(turn, actor, "The caller has left; there is no offer.");

        turn.Tell(turn.CallerId, new SignalReceived
        {
            CallId = turn.State.CallId, FromUserId = actor.UserId, Kind = SignalKind.Custom,
            Payload = """{"requestOffer":true}""",
        }, only: turn.State.Caller.DeviceId);
        return Conflict(turn, actor, "The caller has not given an offer yet; it has been asked for one.");
    }

    private static CallReply Push(CallTurn turn, PushOutcome push)
    {
        turn.Record(
            PushLedger.What(push.Error), push.UserId, push.DeviceId,
            PushLedger.Detail(PushType.CallIncoming, push.Provider, push.Error));
        if (HasEnded(turn) || turn.State.LegOf(push.UserId) is not { IsPending: true } leg || push.Error is not null)
            return new CallReply();
        if (!leg.PushedDeviceIds.Contains(push.DeviceId))
        {
            turn.Durable = true;
            leg = leg with { PushedDeviceIds = leg.PushedDeviceIds.Add(push.DeviceId) };
            turn.SetLeg(leg);
        }

        if (leg.Phase == LegPhase.Notifying)
        {
            turn.SetLeg(leg with { Phase = LegPhase.PushSent });
            TellProgress(turn, push.UserId, name: null, RingStage.PushSent, turn.NextSeq());
        }

        return new CallReply();
    }
}
