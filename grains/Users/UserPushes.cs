using System.Diagnostics;
using OrleansCalls.Push;

namespace OrleansCalls.Users;

/// <summary>Sends the pushes of one user and reports their results to their calls. Never awaited in a turn.</summary>
internal sealed class UserPushes(UserContext context)
{
    private static readonly TimeSpan MissedPushLife = TimeSpan.FromHours(12);

    // Only the first push of a process waits for the keys.
    private static readonly TimeSpan KeyPatience = TimeSpan.FromSeconds(1);

    /// <summary>Pushes a ring.</summary>
    /// <returns>Whether the provider accepted it, or may have.</returns>
    public async Task<bool> Ring(
        Call call, DateTimeOffset ringUntil, ActivityContext cause, DeviceToken token, CancellationToken stop)
    {
        using var span = CallTrace.Continue(cause, "push.ring", call.CallId, context.UserId);
        span?.SetTag("device.id", token.DeviceId).SetTag("provider", EnumNames.Snake(token.Provider));
        var message = Message(PushType.CallIncoming, call, ringUntil, ringUntil - context.Now, token) with
        {
            ActionToken = await SignAction(call.CallId, token.DeviceId),
        };
        var result = await Send(message, token, stop);
        span.Outcome(result.Error ?? "accepted", failed: result.Error is not (null or "not_needed" or "not_configured"));
        context.ToCall(call.CallId, "reporting a push", grain => grain.Execute(new PushOutcome
        {
            UserId = context.UserId, DeviceId = token.DeviceId, Provider = token.Provider, Error = result.Error,
        }));
        return result is { Error: null } or { InDoubt: true };
    }

    public Task Cancel(Call call, DeviceToken token) =>
        SendAndReport(Message(PushType.CallCancelled, call, call.RingUntil, CallLimits.MaxRing, token), token);

    public Task Missed(MissedCall missed, DeviceToken token)
    {
        var caller = new Caller { Id = missed.CallerId, Name = missed.CallerName };
        var message = Message(PushType.CallMissed, missed.CallId, caller, missed.Media, missed.At, MissedPushLife, token);
        return SendAndReport(message with { ConversationId = missed.ConversationId }, token);
    }

    public async Task<PushResult> Test(string testId, DeviceToken token, CancellationToken stop)
    {
        var (caller, until) = (new Caller { Id = context.UserId }, context.Now + TestRingRun.Limit);
        var message = Message(PushType.TestRing, testId, caller, CallMedia.Audio, until, TestRingRun.Limit, token);
        return await Send(message with { ActionToken = await SignAction(testId, token.DeviceId) }, token, stop);
    }

    private async Task SendAndReport(PushMessage message, DeviceToken token)
    {
        var result = await Send(message, token);
        var entry = PushLedger.Entry(context.Now, message.Type, context.UserId, token.DeviceId, token.Provider, result.Error);
        context.ToCall(message.CallId, "reporting a push", call => call.Report([entry]));
    }

    private async Task<string?> SignAction(string callId, string deviceId)
    {
        try
        {
            var signed = context.Services.ActionKeys.Sign(callId, context.UserId, deviceId);
            return await signed.AsTask().WaitAsync(KeyPatience, context.Services.Time);
        }
        catch (Exception exception)
        {
            // The phone rings anyway; its app must sign in before it can act.
            context.Services.Logger.ActionTokenFailed(exception, callId, context.UserId);
            return null;
        }
    }

    private PushMessage Message(PushType type, Call call, DateTimeOffset ringUntil, TimeSpan timeToLive, DeviceToken token) =>
        Message(type, call.CallId, call.Caller, call.Media, ringUntil, timeToLive, token) with
        {
            InvitedBy = call.InvitedBy, ConversationId = call.ConversationId,
        };

    private PushMessage Message(
        PushType type, string callId, Caller caller, CallMedia media, DateTimeOffset ringUntil, TimeSpan timeToLive,
        DeviceToken token) => new()
    {
        Type = type,
        UserId = context.UserId,
        DeviceId = token.DeviceId,
        Provider = token.Provider,
        Token = token.Token,
        TokenSetAt = token.SetAt,
        CallId = callId,
        CallerId = caller.Id,
        CallerName = caller.Name,
        Media = media,
        RingUntil = ringUntil,
        TimeToLive = timeToLive,
    };

    private async Task<PushResult> Send(PushMessage message, DeviceToken token, CancellationToken stop = default)
    {
        PushResult result;
        try
        {
            var life = message.TimeToLive < TimeSpan.Zero ? TimeSpan.Zero : message.TimeToLive;
            using var deadline = new CancellationTokenSource(life, context.Services.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stop);
            result = await context.Services.Push.Send(message, either.Token);
        }
        catch (OperationCanceledException)
        {
            result = new PushResult { Error = stop.IsCancellationRequested ? "not_needed" : "deadline", InDoubt = true };
        }
        catch (Exception exception)
        {
            context.Services.Logger.PushFailed(exception, message.CallId, context.UserId);
            result = new PushResult { Error = "internal", InDoubt = true };
        }

        if (result.TokenUnregistered)
        {
            _ = context.Background.UntilDoneOrGivenUp("removing a rejected token", () =>
                context.Grains.GetUser(context.UserId).DropPushToken(token.DeviceId, token.Provider, token.Token, token.SetAt));
        }

        return result;
    }
}
