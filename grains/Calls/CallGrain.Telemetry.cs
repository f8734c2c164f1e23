using System.Collections.Immutable;

namespace OrleansCalls.Calls;

/// <content>Metrics and traces. All durations use this silo's clock; silo/Telemetry/README.md lists what they exclude.</content>
public sealed partial class CallGrain
{
    private readonly HashSet<string> _rung = [];
    private long _arrivedAt;
    private long _invitedAt;
    private CallPhase? _counted;

    private async Task<CallReply> Measured(CallCommand command, Func<CallCommand, Task<CallReply>> run)
    {
        using var span = CallTrace.Start("call", command, CallId);
        _arrivedAt = _services.Time.GetTimestamp();
        if ((command is StartCall && _call is null) || command is InviteToCall)
            _invitedAt = _arrivedAt;
        var due = _call is { } call ? CallMachine.NextDeadline(call, _services.Options) : null;
        var late = Now - due;
        try
        {
            var reply = await run(command);
            span.Outcome(reply.Error is { } error ? EnumNames.Snake(error.Code) : "ok");
            if (late >= TimeSpan.Zero)
                _services.Metrics.Late(late.Value);
            return reply;
        }
        catch
        {
            span.Outcome("failed", failed: true);
            throw;
        }
    }

    /// <summary>
    /// Records the time until a gateway queued the ring for the first of a callee's devices that were connected when it was sent.
    /// </summary>
    private void MeasureRings(ImmutableArray<TimelineEntry> entries)
    {
        foreach (var entry in entries)
            if (entry is { What: "delivered", Detail: null, UserId: { } userId } && _invitedAt != 0 && _rung.Add(userId))
                _services.Metrics.Incoming(_services.Time.GetElapsedTime(_invitedAt));
    }

    /// <summary>Records that a user's grain has accepted a notice and forwarded it.</summary>
    private void Delivered(UserNotice notice, long arrivedAt, ImmutableArray<TimelineEntry> delivered)
    {
        if (!delivered.IsEmpty)
            Record(delivered);
        if (arrivedAt != 0 && notice.Events.Any(envelope => envelope.Event is CallRejected))
            _services.Metrics.Rejected(_services.Time.GetElapsedTime(arrivedAt));
    }

    private void CountOpen(bool goes = false)
    {
        var phase = goes || _call is not { Phase: not CallPhase.Ended and var open } ? (CallPhase?)null : open;
        _services.Metrics.Open(_counted, phase);
        _counted = phase;
    }

    private void Observe(CallState? before, CallState after, CallCommand command)
    {
        if (before is null)
        {
            _services.Metrics.Started();
            LogStarted(CallId, after.Caller.UserId, after.Legs.Length, EnumNames.Snake(after.Media));
        }

        if (command is AckRinging)
            _services.Metrics.Acked();
        if (command is RejectCall { Actor: { } actor, Reason: var reason } && HasDeclined(after, actor)
            && !HasDeclined(before, actor))
        {
            // The reason is free text of the user: it is counted and sent to the caller, but never logged.
            _services.Metrics.Rejected(reason);
            LogRejected(CallId, actor.UserId);
        }

        if (command is RateCall rate && before is not null && before.PartyOf(rate.Actor!.UserId)?.Quality?.Stars != rate.Stars
            && after.PartyOf(rate.Actor.UserId)?.Quality?.Stars == rate.Stars)
            _services.Metrics.Rated(rate.Stars);
        if (before?.Phase == after.Phase)
            return;
        if (after.Phase == CallPhase.Ended)
        {
            _services.Metrics.Ended(after.EndReason!.Value);
            foreach (var party in after.Legs.Prepend<PartyState>(after.Caller))
                if (party.Quality is { } quality)
                    _services.Metrics.Measured(quality);
            LogEnded(CallId, EnumNames.Snake(after.EndReason.Value), after.EndedBy);
        }
        else if (before is not null)
        {
            LogPhase(CallId, EnumNames.Snake(after.Phase));
            if (after is { Phase: CallPhase.Active, AnsweredAt: { } answered })
                _services.Metrics.Active(Now - answered);
        }
    }

    private static bool HasDeclined(CallState? call, Actor actor) =>
        call?.Legs.Any(leg => leg.UserId == actor.UserId && leg.Phase == LegPhase.Declined) ?? false;
}
