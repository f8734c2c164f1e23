using System.Globalization;
using System.Text;
using System.Text.Json;

namespace OrleansCalls.Calls;

/// <content>Signals, media reports, absences, moves to another device of the user.</content>
public static partial class CallMachine
{
    private static CallReply Signal(CallTurn turn, SendSignal signal)
    {
        var actor = signal.Actor!;
        // Candidates still arrive shortly after the end; they are dropped without an error to the sender.
        if (HasEnded(turn))
            return new CallReply();
        if (signal.Payload.Length > CallLimits.SignalBytes || Encoding.UTF8.GetByteCount(signal.Payload) > CallLimits.SignalBytes)
            return Refused(CallErrorCode.TooLarge, "A signal is 64 KiB at most.");
        var sender = turn.State.PartyOf(actor.UserId)!;
        var binds = CanBind(turn, actor);
        if (!binds && (!IsIn(sender) || sender.DeviceId != actor.DeviceId))
        {
            turn.Record("signal_dropped", actor.UserId, actor.DeviceId, "not the bound device");
            return new CallReply();
        }

        var reply = Pass(turn, signal, actor);
        if (binds && reply.Succeeded)
            BindCaller(turn, actor);
        return reply;
    }

    private static CallReply Pass(CallTurn turn, SendSignal signal, Actor actor)
    {
        if (signal.ToUserId is null && !turn.State.IsOneToOne)
            return Refused(CallErrorCode.InvalidArgument, "toUserId is needed while there are more than two.");
        var target = signal.ToUserId ?? (IsCaller(turn, actor) ? turn.State.Legs[0].UserId : turn.CallerId);
        if (target == actor.UserId || turn.State.PartyOf(target) is not { } receiver)
            return Refused(CallErrorCode.InvalidArgument, "toUserId must be another party of the call.");
        if (IsCaller(turn, actor) && signal.Kind == SignalKind.Offer && turn.State.Offer is null
            && turn.State.Phase == CallPhase.Ringing)
            return KeepFirstOffer(turn, signal);

        var what = new KeptSignal { FromUserId = actor.UserId, Kind = signal.Kind, Payload = signal.Payload };
        if (IsIn(receiver))
            turn.Tell(target, Received(turn, what), only: receiver.DeviceId);
        else if (receiver is LegState { IsPending: true } leg)
            return Keep(turn, leg, what);
        else
            return Conflict(turn, actor, $"{target} is gone: this part in the call is over.");
        return new CallReply();
    }

    private static CallReply Keep(CallTurn turn, LegState leg, KeptSignal signal)
    {
        if (leg.KeptSignals.Length >= CallLimits.BufferedSignals
            || leg.KeptSignals.Sum(kept => kept.Payload.Length) + signal.Payload.Length > CallLimits.BufferedSignalChars)
        {
            return Refused(CallErrorCode.TooLarge,
                $"{CallLimits.BufferedSignals} signals and 64 KiB are kept until the callee accepts; this one was dropped.");
        }

        turn.SetLeg(leg with { KeptSignals = leg.KeptSignals.Add(signal) });
        return new CallReply();
    }

    /// <summary>Keeps a first offer that arrives later like one in the invite, and sends it to the callees that ring.</summary>
    private static CallReply KeepFirstOffer(CallTurn turn, SendSignal signal)
    {
        if (ParseOffer(signal.Payload) is not { } offer)
            return Refused(CallErrorCode.InvalidArgument, "An offer's payload is {\"type\":\"offer\",\"sdp\":\"...\"}.");
        turn.State = turn.State with { Offer = offer };
        turn.Durable = true;
        turn.Record("offer", turn.CallerId, turn.State.Caller.DeviceId);
        var what = new KeptSignal { FromUserId = turn.CallerId, Kind = SignalKind.Offer, Payload = signal.Payload };
        foreach (var leg in turn.State.Legs)
            if (leg is { IsPending: true, Bar: LegBar.None })
                turn.Tell(leg.UserId, Received(turn, what));
        return new CallReply();
    }

    private static SessionDescription? ParseOffer(string payload)
    {
        try
        {
            using var json = JsonDocument.Parse(payload);
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("type", out var type) && type.ValueEquals("offer")
                && json.RootElement.TryGetProperty("sdp", out var sdp) && sdp.ValueKind == JsonValueKind.String
                ? new SessionDescription { Type = "offer", Sdp = sdp.GetString()! }
                : null;
        }
        // InvalidOperationException: a value of another kind, or text that is not valid Unicode.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static SignalReceived Received(CallTurn turn, KeptSignal signal) => new()
    {
        CallId = turn.State.CallId, FromUserId = signal.FromUserId, Kind = signal.Kind, Payload = signal.Payload,
    };

    /// <summary>
    /// Returns true if the actor's device becomes the caller's: a call started by an app back end has none until the first
    /// command.
    /// </summary>
    private static bool CanBind(CallTurn turn, Actor actor) =>
        IsCaller(turn, actor) && actor.DeviceId is not null && turn.State.Caller is { DeviceId: null, Left: false };

    private static void BindCaller(CallTurn turn, Actor actor)
    {
        if (!CanBind(turn, actor))
            return;
        turn.SetParty(turn.State.Caller with { DeviceId = actor.DeviceId, HasSocket = actor.OverSocket });
        turn.Durable = true;
        turn.Record("bound", actor.UserId, actor.DeviceId);
    }

    private static CallReply Media(CallTurn turn, ReportMedia report)
    {
        var actor = report.Actor!;
        if (HasEnded(turn))
            return IsOver(turn, actor);
        BindCaller(turn, actor);
        var party = turn.State.PartyOf(actor.UserId)!;
        if (!IsIn(party) || party.DeviceId != actor.DeviceId)
            return Conflict(turn, actor, "Only the device that is in the call can report its media.");
        // Measurements are repeated; the timeline records them only when the state changes.
        if (report.Stats is null || party.LastMedia != report.State)
            turn.Record($"media_{EnumNames.Snake(report.State)}", actor.UserId, actor.DeviceId);
        party = Measured(turn, actor, party with { LastMedia = report.State }, report.Stats);
        turn.SetParty(party);
        if (report.State == MediaState.Connected)
            turn.SetParty(party with { MediaConnected = true, ConnectBy = null });
        else if (report.State == MediaState.Connecting && !party.MediaConnected)
            turn.SetParty(AwaitConnected(turn, party));
        return new CallReply();
    }

    /// <summary>Records the first measurement in the timeline, and each that changes the level or the route.</summary>
    private static PartyState Measured(CallTurn turn, Actor actor, PartyState party, MediaStats? stats)
    {
        if (stats is null)
            return party;
        var before = party.Quality;
        if (before?.Level != stats.Level || (stats.Route is { } route && before.Route != route))
            turn.Record("media_quality", actor.UserId, actor.DeviceId, EnumNames.Of(stats));
        return party with { Quality = (before ?? new CallQuality()).With(stats) };
    }

    /// <summary>Stores the rating of a party who was in the ended call; the last rating counts.</summary>
    private static CallReply Rate(CallTurn turn, RateCall rate)
    {
        var actor = rate.Actor!;
        if (!HasEnded(turn))
            return Conflict(turn, actor, "A call is rated when it is over.");
        var party = turn.State.PartyOf(actor.UserId)!;
        if (turn.State.AnsweredAt is null || party is LegState { Phase: not LegPhase.Left })
            return Conflict(turn, actor, "You were not in the call.");
        if (party.Quality?.Stars == rate.Stars)
            return new CallReply();
        turn.SetParty(party with { Quality = (party.Quality ?? new CallQuality()) with { Stars = rate.Stars } });
        turn.Record("rated", actor.UserId, actor.DeviceId, rate.Stars.ToString(CultureInfo.InvariantCulture));
        turn.Durable = true;
        return new CallReply();
    }

    private static PartyState AwaitConnected(CallTurn turn, PartyState party)
    {
        if (party.ConnectBy is null)
            return party with { ConnectBy = turn.Now + turn.Options.Connect };
        return party.ConnectResets >= turn.Options.ConnectResets
            ? party
            : party with { ConnectBy = turn.Now + turn.Options.Connect, ConnectResets = party.ConnectResets + 1 };
    }

    private static CallReply Presence(CallTurn turn, DevicePresence presence)
    {
        if (HasEnded(turn) || turn.State.PartyOf(presence.UserId) is not { } party
            || !IsIn(party) || party.DeviceId != presence.DeviceId)
            return new CallReply();
        if (presence.Connected)
        {
            if (party.AwayUntil is not null)
                turn.Record("back", presence.UserId, presence.DeviceId);
            turn.SetParty(party with { HasSocket = true, AwayUntil = null });
        }
        else if (party is { HasSocket: true, AwayUntil: null })
        {
            var grace = turn.State.AnsweredAt is null ? turn.Options.CallerAway : turn.Options.PartyAway;
            turn.SetParty(party with { AwayUntil = turn.Now + grace });
            turn.Record("away", presence.UserId, presence.DeviceId);
        }

        return new CallReply();
    }

    private static CallReply Move(CallTurn turn, MoveCall move)
    {
        var actor = move.Actor!;
        if (HasEnded(turn))
            return IsOver(turn, actor);
        if (actor.DeviceId is null)
            return Refused(CallErrorCode.InvalidArgument, "Only a device can take a call over.");
        var party = turn.State.PartyOf(actor.UserId)!;
        if (!IsIn(party))
            return Conflict(turn, actor, "You are not in the call.");
        if (party.DeviceId == actor.DeviceId)
            return Shown(turn, actor);

        var old = party.DeviceId;
        turn.SetParty(party with
        {
            DeviceId = actor.DeviceId, HasSocket = actor.OverSocket, AwayUntil = null,
            ConnectBy = null, ConnectResets = 0, MediaConnected = false,
        });
        turn.Record("moved", actor.UserId, actor.DeviceId, old);
        var seq = turn.NextSeq();
        if (old is not null)
            turn.Tell(actor.UserId, Elsewhere(turn, seq, EndReason.AnsweredElsewhere, actor.UserId), only: old);
        turn.Tell(actor.UserId, turn.Updated(seq, actor.UserId), except: old);
        turn.TellUpdated(seq, actor.UserId);
        return Shown(turn, actor);
    }
}
