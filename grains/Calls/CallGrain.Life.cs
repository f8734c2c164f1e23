using OrleansCalls.Webhooks;

namespace OrleansCalls.Calls;

/// <content>What wakes a call: its activation, its timer, and the index of open calls when timers were lost.</content>
public sealed partial class CallGrain
{
    // A call that lives keeps its timers; how soon one that lost them is found out depends on whether somebody's phone is ringing.
    private static readonly TimeSpan WakeRinging = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan WakeAnswered = TimeSpan.FromMinutes(10);

    // Long enough for the last questions about a call (an app that hears of an end and sends one of its own), short enough not to hold
    // thousands of ended ones; longer where more is to come: a device on its way back, or what became of pushes.
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongLinger = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Load();
        // An ended call is loaded by whoever looks it up, for days; only a young one has something left to do, or one that is woken.
        if (_call is { Phase: not CallPhase.Ended } || Now - _call?.EndedAt <= SettledAfter)
            GoOn();
        return Task.CompletedTask;
    }

    private void Load()
    {
        if (_stored.State?.Call is not { } stored)
            return;
        _call = CallMachine.Restored(stored);
        // Devices that come back ask for the events after the last that they have seen.
        Remember(stored.Outbox);
    }

    /// <summary>Goes on where the activation before this one stopped.</summary>
    private void GoOn()
    {
        CountOpen();
        var ended = _call!.Phase == CallPhase.Ended;

        // What was decided last may not have been heard by everyone, and timers live in memory only.
        // Signals of a connection that was set up long ago would only disturb it.
        var late = Now - _call.AnsweredAt > _services.Options.Value.Connect;
        foreach (var notice in _call.Outbox)
        {
            _outbox.Add(notice with
            {
                Events = notice.Events.RemoveAll(envelope => envelope.Event switch
                {
                    CallEnded or CallRejected => false,
                    SignalReceived => late || ended,
                    // What the call was like before its end is of no use any more.
                    _ => ended,
                }),
            });
        }

        LoadWebhooks();
        EndReplaced(_call.Replaces);
        if (ended)
        {
            _ = Settle();
            return;
        }

        TellParts();
        ArmTimer();
        _ = KeepOpen(_call.RingUntil);
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _gone = true;
        _outbox.Stop();
        _webhooks.Stop();
        ReportWebhooks();
        CountOpen(goes: true);
        // What was reported after the last event, such as the cancelling of pushes, has no event to be written with.
        if (_reported && !_abandoned && !_tidying && _call is { Phase: CallPhase.Ended } call)
        {
            try
            {
                await Write(call, _stored.State.Call?.Outbox ?? [], []);
            }
            catch (OrleansException)
            {
                // The log says so; the call itself was written when it ended.
            }
        }
    }

    /// <inheritdoc/>
    public async Task Wake()
    {
        if (_call is null)
        {
            // A write of an activation that died may have landed after this one had looked.
            await _stored.ReadStateAsync();
            Load();
            if (_call is not null)
                GoOn();
        }

        await Execute(new CheckDeadlines());
        if (_call is null)
        {
            // It was to be written, and never was: the process died in between, and nobody was told of it.
            await _services.OpenCalls.Drop(CallId);
            DeactivateOnIdle();
        }
        else if (_call.Phase != CallPhase.Ended)
        {
            await _services.OpenCalls.Keep(CallId, Now + (_call.AnsweredAt is null ? WakeRinging : WakeAnswered));
        }
        else if (_settled)
        {
            await _services.OpenCalls.Drop(CallId);
        }
        else
        {
            // Settling leaves the index when it is done; should this land behind that, the call is woken once in vain.
            await _services.OpenCalls.Keep(CallId, Now + WebhookRules.Sleep(Now - _call.EndedAt!.Value));
            if (!_settleBegun)
                GoOn();
        }
    }

    /// <summary>
    /// Compares the row's version with the one known here. A silo that the cluster took for dead may have written, and answered,
    /// after this activation had read the row; then the next activation takes over from what the row says.
    /// </summary>
    private async Task<bool> IsCurrent()
    {
        var known = _stored.Etag;
        try
        {
            await _stored.ReadStateAsync();
        }
        catch (Exception exception)
        {
            LogReadFailed(exception, CallId);
            return true;
        }

        if (_stored.Etag == known)
            return true;
        LogOvertaken(CallId);
        Abandon();
        // Requests to an activation that ends are forwarded to the next one.
        _ = WakeNext();
        return false;
    }

    private async Task WakeNext()
    {
        try
        {
            await GrainFactory.GetCall(CallId).Wake();
        }
        catch (Exception exception)
        {
            // The sweep over open calls wakes it later.
            LogReadFailed(exception, CallId);
        }
    }

    /// <summary>Tells every user with an open part what it is, and rings again those who may have missed it; users drop what they know.</summary>
    private void TellParts()
    {
        _refreshAt = Now + Refresh;
        var call = _call!;
        foreach (var userId in call.OpenUsers())
        {
            var rings = call.LegOf(userId) is { IsPending: true };
            _outbox.Add(new UserNotice
            {
                UserId = userId,
                CallId = CallId,
                Call = call.OpenFor(userId),
                Events = rings ? [new Envelope { Event = CallMachine.Incoming(call, userId, call.Seq) }] : [],
            });
        }
    }

    private void ArmTimer()
    {
        var due = CallMachine.NextDeadline(_call!, _services.Options.Value)!.Value;
        if (_refreshAt == default)
            _refreshAt = Now + Refresh;
        var wait = (due < _refreshAt ? due : _refreshAt) - Now;
        ArmTimer(wait < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : wait);
    }

    private void ArmTimer(TimeSpan wait)
    {
        if (_timer is null)
        {
            _timer = this.RegisterGrainTimer(
                OnTimer,
                new GrainTimerCreationOptions { DueTime = wait, Period = Timeout.InfiniteTimeSpan, KeepAlive = true });
        }
        else
        {
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task OnTimer(CancellationToken cancellation)
    {
        if (_call is null || _abandoned)
            return;
        if (_call.Phase == CallPhase.Ended)
        {
            // A tick that was on its way when the call ended finds it with things left to do; once it is settled its linger is over.
            if (_settled)
                DeactivateOnIdle();
            return;
        }

        if (CallMachine.NextDeadline(_call, _services.Options.Value) <= Now)
            await Execute(new CheckDeadlines());

        if (_call.Phase == CallPhase.Ended)
            return;
        if (_refreshAt <= Now)
        {
            if (!await IsCurrent())
                return;
            TellParts();
            _ = KeepOpen(_call.RingUntil);
        }

        ArmTimer();
    }
}
