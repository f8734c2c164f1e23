using OrleansCalls.Push;

namespace OrleansCalls.Users;

/// <content>Pushes: when they go is decided here, how they go is the sender's business. Nothing of it is awaited in a turn.</content>
public sealed partial class UserGrain
{
    private static readonly TimeSpan MissedPushLife = TimeSpan.FromHours(12);

    // Only the first push of a process has to wait for the keys at all.
    private static readonly TimeSpan KeyPatience = TimeSpan.FromSeconds(1);

    /// <summary>Pushes every device whose time has come: at once without a socket, after the ack window with one.</summary>
    private void PushDue()
    {
        if (User.Tokens.IsEmpty)
            return;
        foreach (var (callId, ring) in _rings)
        {
            if (_calls.Find(callId) is not { } call || !IsRinging(callId) || call.RingUntil <= Now)
                continue;
            var tokens = UserRules.RingTokens(User).ToDictionary(token => token.DeviceId);
            foreach (var deviceId in ring.TakePushes(tokens.Keys, Now))
                ring.Sent(tokens[deviceId], PushRing(ring, call.RingUntil, tokens[deviceId]));
        }
    }

    private async Task<PushResult> PushRing(RingPlan ring, DateTimeOffset ringUntil, DeviceToken token)
    {
        var call = ring.Incoming.Call;
        using var span = CallTrace.Continue(ring.Cause, "push.ring", call.CallId, UserId);
        span?.SetTag("device.id", token.DeviceId).SetTag("provider", Words.Snake(token.Provider));
        var stop = ring.StopFor(token.DeviceId);
        var message = Message(PushType.CallIncoming, call, ringUntil, ringUntil - Now, token) with
        {
            ActionToken = await SignAction(call.CallId, token.DeviceId),
        };
        var result = await Send(message, token, stop);
        span.Outcome(result.Error ?? "accepted", failed: result.Error is not (null or "not_needed" or "not_configured"));
        if (result is { Error: not null, InDoubt: false })
            ring.PushFailed(token.DeviceId);
        _ = _background.UntilDoneOrGivenUp("the outcome of a push", () => GrainFactory.GetCall(call.CallId).Execute(new PushOutcome
        {
            UserId = UserId, DeviceId = token.DeviceId, Provider = token.Provider, Error = result.Error,
        }));
        return result;
    }

    /// <summary>No ring goes out any more; devices that have been pushed are told, but for the one that answered or declined.</summary>
    private void StopRinging(string callId, string? declinedOn = null)
    {
        if (!_rings.Remove(callId, out var ring))
            return;
        ring.Dispose();
        var answered = _calls.Find(callId) is { } call && call.Leg?.IsIn == true ? call : null;
        foreach (var token in UserRules.RingTokens(User))
            if (token.DeviceId != declinedOn && (answered is null || UserRules.IsAnother(User, token, answered.BoundDeviceId)))
                CancelOn(token, ring);
    }

    private void CancelOn(DeviceToken token, RingPlan ring)
    {
        // Each PushKit push must ring, so a cancel never goes that way; the app asks when it wakes.
        if (token.Provider != PushProvider.ApnsVoip && ring.Pushed.Contains(token.DeviceId))
            _ = PushCancel(ring, token);
    }

    // All devices but that one are told that it was declined elsewhere.
    private static string? DeclinedOn(UserNotice notice) => notice.Events
        .FirstOrDefault(envelope => envelope.Event is CallEnded { Reason: EndReason.RejectedElsewhere })?.ExceptDevice;

    private async Task PushCancel(RingPlan ring, DeviceToken token)
    {
        // A cancel that overtakes its ring leaves a phone ringing; one for a ring that never went wakes a phone for nothing.
        if (await ring.OutcomeFor(token) is { Error: not null, InDoubt: false })
            return;
        var call = ring.Incoming.Call;
        var result = await Send(Message(PushType.CallCancelled, call, call.RingUntil, CallLimits.MaxRing, token), token);
        ReportPush(call.CallId, PushType.CallCancelled, token, result);
    }

    private async Task PushMissed(Call call, DateTimeOffset at, DeviceToken token)
    {
        var result = await Send(Message(PushType.CallMissed, call, at, MissedPushLife, token), token);
        ReportPush(call.CallId, PushType.CallMissed, token, result);
    }

    private void ReportPush(string callId, PushType type, DeviceToken token, PushResult result) =>
        _ = _background.UntilDoneOrGivenUp("the outcome of a push", () => GrainFactory.GetCall(callId).Report([PushLedger.Entry(Now, type, UserId, token.DeviceId, token.Provider, result.Error)]));

    /// <summary>Tokens that are gone have no owner any more. Told beside the turn: who owns a token asks users, and must not wait for one.</summary>
    private void ReleaseTokens(StoredUser before, StoredUser after)
    {
        foreach (var gone in before.Tokens.Where(old => !after.Tokens.Any(token => token.Provider == old.Provider && token.Token == old.Token)))
            _ = _background.UntilDoneOrGivenUp("the release of a token", () => GrainFactory.GetPushToken(gone.Provider, gone.Token).Release(gone.Provider, gone.Token, UserId));
    }

    private async Task<string?> SignAction(string callId, string deviceId)
    {
        try
        {
            return await _services.ActionKeys.Sign(callId, UserId, deviceId).AsTask().WaitAsync(KeyPatience, _services.Time);
        }
        catch (Exception exception)
        {
            // The phone rings all the same; its app has to sign in before it can act.
            LogActionTokenFailed(exception, callId, UserId);
            return null;
        }
    }

    private PushMessage Message(PushType type, Call call, DateTimeOffset ringUntil, TimeSpan timeToLive, DeviceToken token) => new()
    {
        Type = type,
        UserId = UserId,
        DeviceId = token.DeviceId,
        Provider = token.Provider,
        Token = token.Token,
        TokenSetAt = token.SetAt,
        CallId = call.CallId,
        CallerId = call.Caller.Id,
        CallerName = call.Caller.Name,
        InvitedBy = call.InvitedBy,
        Media = call.Media,
        ConversationId = call.ConversationId,
        RingUntil = ringUntil,
        TimeToLive = timeToLive,
    };

    private async Task<PushResult> Send(PushMessage message, DeviceToken token, CancellationToken stop = default)
    {
        PushResult result;
        try
        {
            var life = message.TimeToLive < TimeSpan.Zero ? TimeSpan.Zero : message.TimeToLive;
            using var deadline = new CancellationTokenSource(life, _services.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stop);
            result = await _services.Push.Send(message, either.Token);
        }
        catch (OperationCanceledException)
        {
            result = new PushResult { Error = stop.IsCancellationRequested ? "not_needed" : "deadline", InDoubt = true };
        }
        catch (Exception exception)
        {
            LogPushFailed(exception, message.CallId, UserId);
            result = new PushResult { Error = "internal", InDoubt = true };
        }

        if (result.TokenUnregistered)
            _ = _background.UntilDoneOrGivenUp(
                "the removal of a refused token",
                () => this.AsReference<IUserGrain>().DropPushToken(token.DeviceId, token.Provider, token.Token, token.SetAt));
        return result;
    }
}
