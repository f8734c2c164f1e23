using System.Collections.Immutable;
using OrleansCalls.Webhooks;

namespace OrleansCalls.Calls;

/// <content>Start, glare, busy, replaced calls, invites into an open call.</content>
public static partial class CallMachine
{
    private static Decision Start(StartCall start, CallContext context)
    {
        var actor = start.Actor!;
        if (CalleeError(start.CalleeIds, actor.UserId) is { } problem)
            return new Decision { Reply = Refused(CallErrorCode.InvalidArgument, problem) };
        var ring = start.RingSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : context.Options.Ring;
        if (ring < CallLimits.MinRing || ring > CallLimits.MaxRing)
            return new Decision { Reply = Refused(CallErrorCode.InvalidArgument, "ringSeconds must be 10 to 180.") };

        var draft = Draft(start, actor, ring, context.Now);
        if (context.EndedEarlyBy.Contains(actor.UserId))
        {
            // No callee was asked for admission, so there are no missed calls, and only the caller has history.
            var unasked = draft with { Legs = [.. draft.Legs.Select(leg => leg with { Bar = LegBar.Blocked })] };
            var ended = new CallTurn(unasked, isNew: true, context.Now, context.Options);
            Close(ended, EndReason.Cancelled, actor.UserId, context.Now);
            return ended.Done(Shown(ended, actor));
        }

        if (context.Denied is { } denied)
            return new Decision { Reply = new CallReply { Error = denied } };
        if (context.Admissions is not { } admissions)
        {
            return new Decision
            {
                Ask = AskAll(draft, context.Options),
                Question = new CallQuestion { UserId = actor.UserId, CalleeIds = start.CalleeIds, Call = draft.ViewFor(null) },
                Reply = new CallReply(),
            };
        }

        return Admitted(start, actor, draft, admissions, context);
    }

    private static Decision Admitted(
        StartCall start, Actor actor, CallState draft, ImmutableDictionary<string, Admission> admissions, CallContext context)
    {
        var turn = new CallTurn(draft, isNew: true, context.Now, context.Options);
        if (TooManyRings(admissions) is { } limited)
            return new Decision { Release = Places(admissions), Reply = new CallReply { Error = limited } };

        if (admissions.Values.FirstOrDefault(a => a.Outcome == AdmissionOutcome.Glare) is { OtherCallId: { } other } glare)
        {
            turn.State = turn.State with { MergedInto = other };
            Close(turn, EndReason.Replaced, by: null, context.Now);
            return turn.Done(Shown(turn, actor)) with
            {
                Release = Places(admissions),
                Instead = (other, glare.SameMedia
                    ? new AcceptCall { Actor = actor, Ready = false }
                    : new ReadCall { Actor = actor }),
            };
        }

        turn.Record("started", actor.UserId, actor.DeviceId, start.Media == CallMedia.Video ? "video" : "audio");
        var seq = turn.NextSeq();
        Admit(turn, draft.Legs, admissions, seq);
        CheckAlone(turn, EndReason.Cancelled, by: null, context.Now);
        return turn.Done(Shown(turn, actor));
    }

    private static CallError? TooManyRings(ImmutableDictionary<string, Admission> admissions) =>
        admissions.Values.FirstOrDefault(a => a.Outcome == AdmissionOutcome.RateLimited) is not { } limited ? null : new CallError
        {
            Code = CallErrorCode.RateLimited,
            Detail = "Too many calls, or too many unanswered calls to the same person.",
            RetryAfter = limited.RetryAfter,
        };

    /// <summary>Returns the users who admitted the call.</summary>
    private static ImmutableArray<string> Places(ImmutableDictionary<string, Admission>? admissions) => admissions is null
        ? []
        : [
            .. admissions.Where(
                a => a.Value.Outcome is AdmissionOutcome.Admitted or AdmissionOutcome.Replaces).Select(a => a.Key),
        ];

    /// <summary>Applies the admissions to the new legs, and rings the admitted callees.</summary>
    private static void Admit(
        CallTurn turn, IEnumerable<LegState> legs, ImmutableDictionary<string, Admission> admissions, long seq)
    {
        foreach (var admission in admissions.Values)
            if (admission is { Outcome: AdmissionOutcome.Replaces, OtherCallId: { } old })
                turn.Replace(old);

        var ringing = new List<LegState>();
        foreach (var leg in legs)
        {
            switch (admissions.GetValueOrDefault(leg.UserId)?.Outcome)
            {
                case AdmissionOutcome.Busy:
                    turn.SetLeg(leg with { Phase = LegPhase.Busy });
                    turn.AddMissedCall(leg, turn.Now);
                    turn.Record("busy", leg.UserId);
                    break;
                case AdmissionOutcome.Blocked:
                    turn.SetLeg(leg with { Bar = LegBar.Blocked });
                    turn.Record("blocked", leg.UserId);
                    break;
                case AdmissionOutcome.DoNotDisturb:
                    turn.SetLeg(leg with { Bar = LegBar.DoNotDisturb });
                    turn.Record("do_not_disturb", leg.UserId);
                    break;
                default:
                    turn.SetLeg(leg with { WasOnline = admissions.GetValueOrDefault(leg.UserId)?.Online ?? false });
                    ringing.Add(leg);
                    break;
            }
        }

        foreach (var leg in ringing)
            turn.Tell(leg.UserId, Incoming(turn.State, leg.UserId, seq));
    }

    /// <summary>Returns the event that makes a callee's devices ring.</summary>
    public static CallIncoming Incoming(CallState state, string userId, long seq) =>
        new() { CallId = state.CallId, Seq = seq, Call = state.ViewFor(userId), Offer = state.Offer };

    private static Decision StartAgain(CallTurn turn, StartCall start)
    {
        var actor = start.Actor!;
        if (turn.CallerId != actor.UserId)
            return turn.Done(Refused(CallErrorCode.Conflict, "This call id belongs to another caller's call."));
        var decision = turn.Done(Shown(turn, actor));
        return turn.State.MergedInto is { } other
            ? decision with { Instead = (other, new ReadCall { Actor = actor }) }
            : decision;
    }

    private static Decision Invite(CallTurn turn, InviteToCall invite, CallContext context)
    {
        var actor = invite.Actor!;
        if (HasEnded(turn))
            return Refuse(IsOver(turn, actor));
        if (!IsIn(turn.State.PartyOf(actor.UserId)!))
            return Refuse(Conflict(turn, actor, "Only someone in the call can invite into it."));
        if (CalleeError(invite.CalleeIds, actor.UserId) is { } problem)
            return Refuse(Refused(CallErrorCode.InvalidArgument, problem));
        foreach (var id in invite.CalleeIds)
            if (turn.State.PartyOf(id) is { } party && IsOpen(party))
                return Refuse(Refused(CallErrorCode.InvalidArgument, $"{id} is in the call already."));
        var kept = turn.State.Legs.Where(leg => !invite.CalleeIds.Contains(leg.UserId)).ToImmutableArray();
        if (kept.Select(leg => leg.UserId).Concat(invite.CalleeIds).Count(id => id != turn.CallerId) > CallLimits.Callees)
            return Refuse(Refused(CallErrorCode.InvalidArgument, $"A call has {CallLimits.Callees} callees at most."));

        if (context.Denied is { } denied)
            return Refuse(new CallReply { Error = denied, Call = turn.State.ViewFor(actor.UserId) });

        ImmutableArray<LegState> added =
            [
                .. invite.CalleeIds.Select(
                    id => NewLeg(id, turn.Now, turn.Options.Ring) with
                    {
                        InvitedBy = actor.UserId == turn.CallerId ? null : actor.UserId,
                    }),
            ];
        var grown = turn.State with { Legs = kept.AddRange(added) };
        if (context.Admissions is not { } admissions)
        {
            var asked = AskAll(grown with { Legs = added }, context.Options, actor.UserId);
            var question = new CallQuestion { UserId = actor.UserId, CalleeIds = invite.CalleeIds, Call = grown.ViewFor(null) };
            return turn.Done(new CallReply()) with { Ask = asked, Question = question };
        }

        if (TooManyRings(admissions) is { } limited)
            return Refuse(new CallReply { Error = limited, Call = turn.State.ViewFor(actor.UserId) });

        turn.State = grown;
        turn.Record("invited", actor.UserId, actor.DeviceId, string.Join(' ', invite.CalleeIds));
        var seq = turn.NextSeq();
        Admit(turn, added, admissions, seq);
        turn.TellUpdated(seq, [.. invite.CalleeIds]);
        return turn.Done(Shown(turn, actor));

        // A deadline may have passed while the users were asked: every place they gave is released. The inviter gave none.
        Decision Refuse(CallReply reply) => turn.Done(reply) with { Release = Places(context.Admissions?.Remove(actor.UserId)) };
    }

    private static string? CalleeError(ImmutableArray<string> calleeIds, string callerId)
    {
        if (calleeIds.IsDefaultOrEmpty)
            return "calleeIds must name at least one user.";
        if (calleeIds.Length > CallLimits.Callees)
            return $"calleeIds must name {CallLimits.Callees} users at most.";
        if (calleeIds.Contains(callerId))
            return "calleeIds must not name the caller.";
        return calleeIds.Distinct().Count() != calleeIds.Length ? "calleeIds must not name a user twice." : null;
    }

    private static ImmutableArray<(string, AdmissionRequest)> AskAll(
        CallState draft, CallOptions options, string? inviterId = null)
    {
        var users = draft.Legs.Select(leg => leg.UserId).Append(inviterId ?? draft.Caller.UserId);
        return [.. users.Order(StringComparer.Ordinal).Select(userId => (userId, new AdmissionRequest
        {
            // An inviter has no part in the request; it only counts the callees.
            Call = draft.OpenFor(userId) ?? draft.OpenFor(draft.Legs[0].UserId)!,
            InviterId = inviterId,
            PairLimit = options.PairRings,
            PairWindow = options.PairWindow,
            StartLimit = options.StartsPerMinute,
            CalleeLimit = options.CalleesPerMinute,
            OpenLimit = options.OpenCalls,
        }))];
    }

    private static CallState Draft(StartCall start, Actor actor, TimeSpan ring, DateTimeOffset now) => new()
    {
        CallId = start.CallId,
        Caller = new CallerState
        {
            UserId = actor.UserId, Name = actor.Name ?? "", DeviceId = actor.DeviceId, HasSocket = actor.OverSocket,
        },
        Media = start.Media,
        ConversationId = start.ConversationId,
        Metadata = start.Metadata,
        Phase = CallPhase.Ringing,
        CreatedAt = now,
        Offer = start.Offer,
        Legs = [.. start.CalleeIds.Select(id => NewLeg(id, now, ring))],
    };

    private static LegState NewLeg(string userId, DateTimeOffset now, TimeSpan ring) =>
        new() { UserId = userId, Phase = LegPhase.Notifying, InvitedAt = now, RingUntil = now + ring };
}
