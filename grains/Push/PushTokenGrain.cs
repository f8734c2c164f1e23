using Microsoft.Extensions.Logging;

namespace OrleansCalls.Push;

/// <summary>Stores the owner of one push token, and makes a previous one delete it.</summary>
public sealed partial class PushTokenGrain(
    [PersistentState("pushtoken", "users")] IPersistentState<StoredPushToken> stored, IPushSender sender,
    ILogger<PushTokenGrain> logger)
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
        // Before the new owner is written: after a failure, a retry still finds the previous owner here.
        if (former is not null)
        {
            await GrainFactory.GetUser(former).ForgetPushToken(provider, token);
            LogMoved(EnumNames.Snake(provider), former, userId);
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
        // A user who signs out and in again at once owns the token again before this arrives.
        if (stored.State.UserId != userId || await GrainFactory.GetUser(userId).HasPushToken(provider, token))
            return;
        // The state in memory after a clear differs between storage providers; the next activation reads the row.
        DeactivateOnIdle();
        await stored.ClearStateAsync();
    }

    [LoggerMessage(
        4010, LogLevel.Information, "A push token of {Provider} moved from {FormerUserId} to {UserId}",
        EventName = "PushTokenMoved")]
    private partial void LogMoved(string provider, LoggedUser formerUserId, LoggedUser userId);
}

/// <summary>The stored state of <see cref="PushTokenGrain"/>.</summary>
public sealed record StoredPushToken
{
    /// <summary>The owner; null while there is none.</summary>
    public string? UserId { get; init; }
}
