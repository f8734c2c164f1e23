namespace OrleansCalls.Gateway.Telephone;

/// <content>What is done with the two channels.</content>
internal sealed partial class TelephoneCall
{
    /// <summary>Calls the app, which is ready. A channel that is there already was made for the same call.</summary>
    private async Task Dial(Call call, CancellationToken cancellation)
    {
        _mobile = MobileStage.Dialled;
        // An app whose channel is gone after they have talked has hung up, and is not rung again.
        var talked = HasTalked;
        if (talked && await Ari.GetChannel(Inbound.MobileId, cancellation) is null)
        {
            Tell(Happening.MobileGone);
            return;
        }

        var made = !talked && await Ari.Originate(Origination(), cancellation);
        if (made)
        {
            var after = (_readyAt ?? _services.Time.GetUtcNow()) - call.CreatedAt;
            _services.Metrics.Ready(after);
            TelephoneLog.Dialled(Log, CallId, LoggedUser.Masked(Inbound.Extension), after.TotalSeconds);
        }

        // The channel enters the application when it is answered; that it is not must be heard too.
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

    /// <summary>Lets caller and app hear each other.</summary>
    private async Task Connect(CancellationToken cancellation)
    {
        if (!await Ari.Answer(Inbound.ChannelId, cancellation))
        {
            Tell(Happening.CallerGone);
            return;
        }

        var made = await Ari.CreateBridge(Inbound.BridgeId, cancellation);
        if (!await Ari.AddToBridge(Inbound.BridgeId, [Inbound.ChannelId, Inbound.MobileId], cancellation))
        {
            // Which of the two hung up is said by an event that is on its way, unless it came while nobody listened.
            if (await Ari.GetChannel(Inbound.ChannelId, cancellation) is null)
                Tell(Happening.CallerGone);
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
                await Quietly(() => GiveBusy(cancellation));
        }

        if (call.AnsweredAt is not null)
            await Quietly(() => Ari.DestroyBridge(Inbound.BridgeId, cancellation));
        var figures = _services.Metrics.Read();
        TelephoneLog.Figures(Log, figures.TotalCalls, figures.SuccessfulCalls, figures.BackgroundLaunches, figures.AverageReadyTime);
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

    /// <summary>The busy tone for a while, unless the caller has heard enough of it before.</summary>
    private async Task GiveBusy(CancellationToken cancellation)
    {
        await Quietly(async () =>
        {
            if (!await Ari.Play(Inbound.ChannelId, "tone:busy", $"{CallId}.busy", cancellation))
                return;
            using var enough = new CancellationTokenSource(_services.Options.Busy, _services.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, enough.Token);
            try
            {
                while (await _inbox.Reader.ReadAsync(either.Token) != Happening.CallerGone)
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
        _endOwed ??= new(_line.Actor, why, EndKind.Failure);
    }

    /// <summary>After a conversation that is a hang-up, before it the app was not reached.</summary>
    private void MobileIsGone(string why)
    {
        if (HasTalked)
            Tell(Happening.MobileGone);
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

    /// <summary>Does what may fail without anything else to be left undone for it.</summary>
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
