using Microsoft.Extensions.Logging;

namespace OrleansCalls.Push;

/// <summary>Knows the owner of one push token, and makes a former one forget it.</summary>
public sealed partial class PushTokenGrain(
    [PersistentState("pushtoken", "users")] IPersistentState<StoredPushToken> stored, IPushSender sender, ILogger<PushTokenGrain> logger)
    : Grain, IPushTokenGrain
{
    private readonly ILogger _logger = logger;

    /// <inheritdoc/>
    public async Task<CallError?> Give(PushProvider provider, string token, string userId, string deviceId)
    {
        if (sender.Fault(provider, token) is { } fault)
            return new CallError { Code = CallErrorCode.InvalidArgument, Detail = fault };
        if (await GrainFactory.GetUser(userId).SetPushToken(deviceId, provider, token) is { } error)
            return error;
        var former = stored.State.UserId;
        if (former == userId)
            return null;
        // Before the new owner is written: if this fails, whoever tries again finds the former one still here.
        if (former is not null)
        {
            await GrainFactory.GetUser(former).ForgetPushToken(provider, token);
            LogMoved(Words.Snake(provider), former, userId);
        }

        try
        {
            stored.State = new StoredPushToken { UserId = userId };
            await stored.WriteStateAsync();
            return null;
        }
        catch
        {
            DeactivateOnIdle();
            throw new StorageUnavailableException("The storage of push tokens is unavailable; the command may be sent again.");
        }
    }

    /// <inheritdoc/>
    public async Task Release(PushProvider provider, string token, string userId)
    {
        // Whoever signs out and in again at once has it back before this comes.
        if (stored.State.UserId != userId || await GrainFactory.GetUser(userId).HasPushToken(provider, token))
            return;
        // What is in memory afterwards differs from provider to provider; the next activation starts from the table.
        DeactivateOnIdle();
        await stored.ClearStateAsync();
    }

    [LoggerMessage(4010, LogLevel.Information, "A push token of {Provider} moved from {FormerUserId} to {UserId}", EventName = "PushTokenMoved")]
    private partial void LogMoved(string provider, LoggedUser formerUserId, LoggedUser userId);
}

/// <summary>The persisted form of <see cref="PushTokenGrain"/>.</summary>
public sealed record StoredPushToken
{
    /// <summary>Whose token it is; null while it is nobody's.</summary>
    public string? UserId { get; init; }
}
