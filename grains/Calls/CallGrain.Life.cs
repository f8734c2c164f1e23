using System.Collections.Immutable;

namespace OrleansCalls.Calls;

/// <content>What moves a call along when nobody sends a command: its activation, its timer, and a wake
/// when timers were lost.</content>
public sealed partial class CallGrain
{
    // The call sends its users their part this often, so that a user's grain that lost it with a silo has it back.
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
        // An ended call is loaded for days by lookups; only one with a wake time has something left to do.
        if (_call.Phase != CallPhase.Ended || _stored.State.WakeAt is not null)
            GoOn();
        else
            _stage = Stage.Done;
    }

    /// <summary>Goes on where the activation before this one stopped.</summary>
    private void GoOn()
    {
        CountOpen();
        var ended = _call!.Phase == CallPhase.Ended;

        // The last decision's events may be undelivered, and timers live in memory only.
        // Signals of a connection that was set up long ago would only disturb it.
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
                    // What the call was like before its end is of no use any more.
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
            // A slow write of an activation that died may have landed after this one had read.
            await _stored.ReadStateAsync();
            Load();
        }

        if (_stage == Stage.Empty)
        {
            // The version before kept an index row beside the call's first write, and died before that write.
            if (!_stored.RecordExists)
                await _stored.ClearStateAsync();
            DeactivateOnIdle();
            return;
        }

        await Execute(new CheckDeadlines());
        if (_stage == Stage.Open && !(_stored.State.WakeAt > Now))
            await WriteAgain(CallMachine.WakeAt(_call!, _stored.State.WakeAt, Now));
        else if (_stage == Stage.Done && _stored.State.WakeAt is null)
            GoOn(); // the index row was kept by the version before, whose rows have no wake time
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
        GiveUp();
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

    /// <summary>
    /// Sends every user with an open part what it is, and rings again those who may have missed it; users drop what they know.
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
    /// The one timer; a tick is a turn like any other, and decides nothing by itself, so that one too many does no harm.
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
