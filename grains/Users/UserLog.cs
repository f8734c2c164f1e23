using Microsoft.Extensions.Logging;

namespace OrleansCalls.Users;

/// <summary>Log messages of users, event ids 2000-2099; ids only.</summary>
internal static partial class UserLog
{
    [LoggerMessage(2000, LogLevel.Error, "User {UserId} could not be written", EventName = "UserWriteFailed")]
    public static partial void WriteFailed(this ILogger logger, Exception exception, LoggedUser userId);

    [LoggerMessage(
        2001, LogLevel.Warning, "Gateway {GatewayId} did not accept events for {UserId}; its connections are dropped",
        EventName = "GatewayGone")]
    public static partial void GatewayGone(this ILogger logger, Exception exception, LoggedUser userId, string gatewayId);

    [LoggerMessage(
        2002, LogLevel.Information, "{Count} connections of {UserId} expired without renewal", EventName = "LeasesExpired")]
    public static partial void LeasesExpired(this ILogger logger, LoggedUser userId, int count);

    [LoggerMessage(2003, LogLevel.Warning, "A push for call {CallId} to {UserId} failed", EventName = "PushFailed")]
    public static partial void PushFailed(this ILogger logger, Exception exception, string callId, LoggedUser userId);

    [LoggerMessage(
        2005, LogLevel.Error, "Push for call {CallId} to {UserId} sent without an action token", EventName = "ActionTokenFailed")]
    public static partial void ActionTokenFailed(this ILogger logger, Exception exception, string callId, LoggedUser userId);

    [LoggerMessage(2004, LogLevel.Warning, "User {UserId}: {Work} failed; retrying", EventName = "UserWorkFailed")]
    public static partial void Retried(this ILogger logger, Exception exception, LoggedUser userId, string work);
}
