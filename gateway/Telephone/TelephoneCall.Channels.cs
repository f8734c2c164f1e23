namespace OrleansCalls.Gateway.Telephone;

/// <content>Operations on the two channels.</content>
internal sealed partial class TelephoneCall
{
    /// <summary>Dials the ready app. An existing channel was originated for the same call.</summary>
    private async Task Dial(Call call, CancellationToken cancellation)
    {
        _mobile = MobileStage.Dialled;
        // An app whose channel is gone after a conversation has hung up and is not dialled again.
        var talked = HasTalked;
        if (talked && await Ari.GetChannel(Inbound.MobileId, cancellation) is null)
        {
            Post(BridgeEvent.MobileGone);
            return;
        }

        var made = !talked && await Ari.Originate(Origination(), cancellation);
        if (made)
        {
            var after = (_readyAt ?? _services.Time.GetUtcNow()) - call.CreatedAt;
            _services.Metrics.Ready(after);
            TelephoneLog.Dialled(Log, CallId, LoggedUser.Masked(Inbound.Extension), after.TotalSeconds);
        }

        // The channel enters the application when answered; the subscription reports a failure before that.
        if (!await Ari.Subscribe(Inbound.MobileId, cancellation))
            MobileIsGone("the app's channel was gone at once");
        else if (!made && (await Ari.GetChannel(Inbound.MobileId, cancellation))?.ArgumentsOf(_services.App) is not null)
            await Connect(cancellation);
    }

    private AriOrigination Origination() => new()
    {
        ChannelId = Inbound.MobileId,
        Endpoint = $"PJSIP/{Inbound.Extension}",
        Context = DialContext,
        Extension = Inbound.Number.Length == 0 ? "s" : Inbound.Number,
        CallerId = Inbound.Number,
        Timeout = DialTimeout,
        Variables = new Dictionary<string, string> { ["CALL_TYPE"] = "mobile_ready", ["ORIGINAL_CALLER"] = Inbound.Number },
    };

    /// <summary>Bridges caller and app.</summary>
    private async Task Connect(CancellationToken cancellation)
    {
        if (!await Ari.Answer(Inbound.ChannelId, cancellation))
        {
            Post(BridgeEvent.CallerGone);
            return;
        }

        var made = await Ari.CreateBridge(Inbound.BridgeId, cancellation);
        if (!await Ari.AddToBridge(Inbound.BridgeId, [Inbound.ChannelId, Inbound.MobileId], cancellation))
        {
            // An event reports who hung up, unless it was sent while this process was not subscribed.
            if (await Ari.GetChannel(Inbound.ChannelId, cancellation) is null)
                Post(BridgeEvent.CallerGone);
            else
                MobileIsGone("the app hung up at once");
            return;
        }

        _mobile = MobileStage.Connected;
        if (made)
            _services.Metrics.Connected();
        TelephoneLog.Connected(Log, CallId, LoggedUser.Masked(Inbound.Extension));
        await Quietly(() => _services.Commands.ReportMedia(
            _line.Actor, new ReportMediaRequest { CallId = CallId, State = MediaState.Connected, Audio = true }));
    }

    private async Task Finish(Call call, CancellationToken cancellation)
    {
        TelephoneLog.Over(Log, CallId, call.EndReason?.Wire() ?? "ended");
        _over.TrySetResult();
        var talked = HasTalked;
        if (call.AnsweredAt is not null)
            await HangUpMobile(cancellation);
        if (_caller != CallerStage.Gone)
        {
            if (talked)
                await Quietly(() => Ari.HangUp(Inbound.ChannelId, "normal", cancellation));
            else
                await Quietly(() => PlayBusy(cancellation));
        }

        if (call.AnsweredAt is not null)
            await Quietly(() => Ari.DestroyBridge(Inbound.BridgeId, cancellation));
        var figures = _services.Metrics.Read();
        TelephoneLog.Figures(
            Log, figures.TotalCalls, figures.SuccessfulCalls, figures.BackgroundLaunches, figures.AverageReadyTime);
    }

    private async Task HangUpMobile(CancellationToken cancellation)
    {
        if (_mobile == MobileStage.Gone)
            return;
        await Quietly(async () =>
        {
            if (await Ari.HangUp(Inbound.MobileId, "normal", cancellation))
                _mobile = MobileStage.Gone;
        });
    }

    /// <summary>Plays the busy tone for a limited time, unless the caller hangs up first.</summary>
    private async Task PlayBusy(CancellationToken cancellation)
    {
        await Quietly(async () =>
        {
            if (!await Ari.Play(Inbound.ChannelId, "tone:busy", $"{CallId}.busy", cancellation))
                return;
            using var enough = new CancellationTokenSource(_services.Options.Busy, _services.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, enough.Token);
            try
            {
                while (await _inbox.Reader.ReadAsync(either.Token) != BridgeEvent.CallerGone)
                {
                }
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
            }
        });
        await Ari.HangUp(Inbound.ChannelId, "busy", cancellation);
    }

    private void Fail(Exception? exception, string why)
    {
        TelephoneLog.CannotGoOn(Log, exception, CallId, why);
        _pendingEnd ??= new(_line.Actor, why, EndKind.Failure);
    }

    /// <summary>After a conversation the app hung up; before it, the app was not reached.</summary>
    private void MobileIsGone(string why)
    {
        if (HasTalked)
            Post(BridgeEvent.MobileGone);
        else
            Fail(null, why);
    }

    private async Task Attempt(Func<Task> step, string otherwise)
    {
        try
        {
            await step();
        }
        catch (AriException exception)
        {
            Fail(exception, otherwise);
        }
    }

    /// <summary>Runs a step whose failure must not prevent the following ones.</summary>
    private async Task Quietly(Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            TelephoneLog.CannotGoOn(Log, exception, CallId, "a step is left out");
        }
    }
}
