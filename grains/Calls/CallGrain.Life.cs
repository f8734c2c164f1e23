namespace OrleansCalls.Calls;

/// <content>What wakes a call: its activation, its timer, its reminder.</content>
public sealed partial class CallGrain
{
    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _call = _stored.State?.Call;
        if (_call is null)
            return;
        _reloaded = true;
        CountOpen();

        // An ended call is woken by whoever looks it up, for days; only a young one, or one that kept its reminder, has something left to do.
        var ended = _call.Phase == CallPhase.Ended;
        if (ended && Now - _call.EndedAt > SettledAfter && await this.GetReminder(DeadlineReminder) is null)
            return;

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
        _ = KeepReminder(_call.RingUntil);
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
                await Write(call, [], []);
            }
            catch (OrleansException)
            {
                // The log says so; the call itself was written when it ended.
            }
        }
    }

    /// <inheritdoc/>
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (_call is null)
        {
            // A write of an activation that died may have landed after this one had looked.
            await _stored.ReadStateAsync();
            await OnActivateAsync(CancellationToken.None);
        }

        await Execute(new CheckDeadlines());
        if (_call is not null)
        {
            _ = KeepReminder(_call.RingUntil);
            return;
        }

        // The reminder was set, the call never written: the process died in between, and nobody was told of it.
        if (await this.GetReminder(DeadlineReminder) is { } orphan)
            await this.UnregisterReminder(orphan);
        DeactivateOnIdle();
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

    private async Task OnTimer(CancellationToken cancellation)
    {
        if (_call is null || _call.Phase == CallPhase.Ended || _abandoned)
            return;
        if (CallMachine.NextDeadline(_call, _services.Options.Value) <= Now)
            await Execute(new CheckDeadlines());

        if (_call.Phase == CallPhase.Ended)
            return;
        if (_refreshAt <= Now)
        {
            TellParts();
            _ = KeepReminder(_call.RingUntil);
        }

        ArmTimer();
    }
}
