using System.Collections.Immutable;

namespace OrleansCalls.Calls;

/// <content>Activation, the timer, and the wake that replaces lost timers.</content>
public sealed partial class CallGrain
{
    // Users' grains are sent their part this often, so that one that lost it with a silo recovers.
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(60);

    private IGrainTimer? _timer;
    private DateTimeOffset _refreshAt;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Load();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _background.Stop();
        CountOpen(goes: true);
        return Task.CompletedTask;
    }

    private void Load()
    {
        if (_stored.State?.Call is not { } stored)
            return;
        _call = CallMachine.Restored(stored, Now, _services.Options);
        _recent.Add(stored.Outbox);
        // Lookups load an ended call for days; only one with a wake time has work left.
        if (_call.Phase != CallPhase.Ended || _stored.State.WakeAt is not null)
            GoOn();
        else
            _stage = Stage.Done;
    }

    /// <summary>Resumes the work of the previous activation.</summary>
    private void GoOn()
    {
        CountOpen();
        var ended = _call!.Phase == CallPhase.Ended;

        // The last decision's events may be undelivered, and timers live in memory only. Signals of a connection that was set up
        // long ago would disturb it.
        var late = Now - _call.AnsweredAt > _services.Options.Connect;
        var stored = _stored.State.Call!;
        ImmutableArray<UserNotice> outbox =
        [
            .. stored.Outbox.Select(notice => notice with
            {
                Events = notice.Events.RemoveAll(envelope => envelope.Event switch
                {
                    CallEnded or CallRejected => false,
                    SignalReceived => late || ended,
                    // Earlier states of an ended call are obsolete.
                    _ => ended,
                }),
            }),
        ];
        _stored.State = _stored.State with { Call = stored with { Outbox = outbox } };
        foreach (var notice in outbox)
            _outbox.Add(notice);

        LoadWebhooks();
        EndReplaced(_call.Replaces);
        if (ended)
        {
            Settle();
            return;
        }

        _stage = Stage.Open;
        SendParts();
        ArmTimer();
    }

    /// <inheritdoc/>
    public async Task Wake()
    {
        if (_stage == Stage.Empty)
        {
            // A slow write of a dead activation may have landed after this activation read the row.
            await _stored.ReadStateAsync();
            Load();
        }

        if (_stage == Stage.Empty)
        {
            // The previous version wrote an index row beside the call's first write, and may have crashed between the two.
            if (!_stored.RecordExists)
                await _stored.ClearStateAsync();
            DeactivateOnIdle();
            return;
        }

        await Execute(new CheckDeadlines());
        if (_stage == Stage.Open && !(_stored.State.WakeAt > Now))
            await WriteAgain(CallMachine.WakeAt(_call!, _stored.State.WakeAt, Now));
        else if (_stage == Stage.Done && _stored.State.WakeAt is null)
            GoOn(); // the previous version kept the index row, and its rows have no wake time
    }

    /// <summary>
    /// Returns true if the row's version is the one in memory. A silo that the cluster declared dead may have written and replied
    /// after this activation read the row; then the next activation takes over from the row.
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
        GiveUp();
        // Orleans forwards the requests of a deactivating activation to the next one.
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

    /// <summary>
    /// Sends every user with an open part the current part, and rings again where a ring may be lost; users' grains drop
    /// duplicates.
    /// </summary>
    private void SendParts()
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
        var due = CallMachine.NextDeadline(_call!, _services.Options)!.Value;
        if (_refreshAt == default)
            _refreshAt = Now + Refresh;
        ArmTimer((due < _refreshAt ? due : _refreshAt) - Now);
    }

    private void ArmTimer(TimeSpan wait)
    {
        wait = wait < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : wait;
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

    /// <summary>
    /// Handles the one timer. A tick is a turn like any other and is idempotent, so a surplus tick is harmless.
    /// </summary>
    private async Task OnTimer(CancellationToken cancellation)
    {
        switch (_stage)
        {
            case Stage.Open:
                if (CallMachine.NextDeadline(_call!, _services.Options) <= Now)
                    await Execute(new CheckDeadlines());
                if (_stage != Stage.Open)
                    break;
                if (_refreshAt <= Now)
                {
                    if (!await IsCurrent())
                        break;
                    SendParts();
                }

                ArmTimer();
                break;
            case Stage.Settling when _settlement.IsCompleted:
                await Finish();
                break;
            case Stage.Done:
                DeactivateOnIdle();
                break;
        }
    }
}
