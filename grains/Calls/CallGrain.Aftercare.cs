using System.Collections.Immutable;
using OrleansCalls.History;

namespace OrleansCalls.Calls;

/// <content>What happens off the ringing path: the index of open calls, history, and letting go.</content>
public sealed partial class CallGrain
{
    private const int RememberedEvents = 32;

    // Timers come first; the index is for when they were lost.
    private static readonly TimeSpan WakeMargin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AsideRetry = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan AsideRetryLongest = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan SettleRetry = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SettleRetryLongest = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Puts the call into the index of open calls, the durable net under a crash of everything. It is kept beside the first write and in
    /// nobody's way, and dropped when history is written: what is in the index may have something left to do.
    /// </summary>
    private async Task KeepOpen(DateTimeOffset deadline)
    {
        if (_keeping || _kept)
            return;
        _keeping = true;
        var wait = AsideRetry;
        while (!_abandoned && !_gone)
        {
            try
            {
                await _services.OpenCalls.Keep(CallId, (deadline > Now ? deadline : Now) + WakeMargin);
                _kept = true;
                break;
            }
            catch (Exception exception)
            {
                LogKeepFailed(exception, CallId);
            }

            await Task.Delay(wait, _services.Time);
            wait = wait * 2 < SettleRetryLongest ? wait * 2 : SettleRetryLongest;
        }

        _keeping = false;
        if (_call?.Phase == CallPhase.Ended)
            _ = Settle();
    }

    /// <summary>
    /// A call that ends as it begins is in no user's mind: should this process die before its history is written, only the index
    /// knows of it. Nobody rings, so there is time to keep it first.
    /// </summary>
    private async Task KeepOpenFirst()
    {
        try
        {
            await _services.OpenCalls.Keep(CallId, Now + WakeMargin);
            _kept = true;
        }
        catch (Exception exception)
        {
            // Perhaps it landed all the same: refusing the call now would leave an entry of nothing.
            LogKeepFailed(exception, CallId);
            _ = KeepOpen(Now);
        }
    }

    /// <summary>Writes history, leaves the index and lets the activation go. Repeats until it is done; safe to do twice.</summary>
    private async Task Settle()
    {
        if (_settling)
            return;
        _settling = _settleBegun = true;
        var wait = SettleRetry;
        while (!_abandoned && !_gone)
        {
            try
            {
                await _services.Aftercare.Run(WriteHistory);
                await _outbox.Drained();
                if (!await SettleWebhooks())
                {
                    _settling = false;
                    return;
                }

                if (_keeping)
                    break;
                await _services.OpenCalls.Drop(CallId);
                _kept = false;
                _settled = true;
                break;
            }
            catch (Exception exception)
            {
                LogSettleFailed(exception, CallId);
            }

            await Task.Delay(wait, _services.Time);
            wait = wait * 2 < SettleRetryLongest ? wait * 2 : SettleRetryLongest;
        }

        _settling = false;
        if (_settled && !_gone)
            ArmTimer(_linger);
    }

    private async Task WriteHistory()
    {
        var session = CallSessions.From(_call!);
        if (!session.Participants.IsEmpty)
            await _services.History.Write(session);
    }

    private void Remember(ImmutableArray<UserNotice> notices)
    {
        foreach (var notice in notices)
            foreach (var envelope in notice.Events)
                if (envelope.Event is CallEvent { Seq: > 0 } and not (CallIncoming or CallUpdated))
                    _recent.Add((notice.UserId, envelope));
        if (_recent.Count > RememberedEvents)
            _recent.RemoveRange(0, _recent.Count - RememberedEvents);
    }

    private IEnumerable<CallEvent> RecentFor(Actor actor, long after) =>
        from recent in _recent
        where recent.UserId == actor.UserId
            && (recent.Envelope.OnlyDevice is null || recent.Envelope.OnlyDevice == actor.DeviceId)
            && (recent.Envelope.ExceptDevice is null || recent.Envelope.ExceptDevice != actor.DeviceId)
        let what = (CallEvent)recent.Envelope.Event
        where what.Seq > after
        select what;

    private void Observe(CallState? before, CallState after, CallCommand command)
    {
        if (before is null)
        {
            _services.Metrics.Started();
            LogStarted(CallId, after.Caller.UserId, after.Legs.Length, after.Media);
        }

        if (command is AckRinging)
            _services.Metrics.Acked();
        if (command is RejectCall { Actor: { } actor, Reason: var reason } && HasDeclined(after, actor) && !HasDeclined(before, actor))
        {
            // The reason is the user's own words: counted, and told to the caller, but not for the log.
            _services.Metrics.Rejected(reason);
            LogRejected(CallId, actor.UserId);
        }

        if (before?.Phase == after.Phase)
            return;
        if (after.Phase == CallPhase.Ended)
        {
            _services.Metrics.Ended(after.EndReason!.Value);
            LogEnded(CallId, after.EndReason.Value, after.EndedBy);
        }
        else if (before is not null)
        {
            LogPhase(CallId, after.Phase);
            if (after is { Phase: CallPhase.Active, AnsweredAt: { } answered })
                _services.Metrics.Active(Now - answered);
        }
    }

    private static bool HasDeclined(CallState? call, Actor actor) =>
        call?.Legs.Any(leg => leg.UserId == actor.UserId && leg.Phase == LegPhase.Declined) ?? false;

    /// <summary>Lets something run on beside the turn, a few times over if need be; what must never be lost does not go this way.</summary>
    private async Task Aside(Func<Task> what)
    {
        for (var wait = AsideRetry; ; wait *= 2)
        {
            try
            {
                await what();
                return;
            }
            catch (Exception exception)
            {
                LogAsideFailed(exception, CallId);
                if (wait > AsideRetryLongest || _abandoned)
                    return;
            }

            await Task.Delay(wait, _services.Time);
        }
    }
}
