using Microsoft.Extensions.Logging;

namespace OrleansCalls.Users;

/// <content>Log lines, event ids 2000-2099; ids only.</content>
public sealed partial class UserGrain
{
    [LoggerMessage(2000, LogLevel.Error, "User {UserId} could not be written", EventName = "UserWriteFailed")]
    private partial void LogWriteFailed(Exception exception, LoggedUser userId);

    [LoggerMessage(2001, LogLevel.Warning, "Gateway {GatewayId} did not take news for {UserId}; its connections are dropped", EventName = "GatewayGone")]
    private partial void LogGatewayGone(Exception exception, LoggedUser userId, string gatewayId);

    [LoggerMessage(2002, LogLevel.Information, "{Count} connections of {UserId} were not renewed and have expired", EventName = "LeasesExpired")]
    private partial void LogLeasesExpired(LoggedUser userId, int count);

    [LoggerMessage(2003, LogLevel.Warning, "A push for call {CallId} to {UserId} failed", EventName = "PushFailed")]
    private partial void LogPushFailed(Exception exception, string callId, LoggedUser userId);

    [LoggerMessage(2005, LogLevel.Error, "The push for call {CallId} to {UserId} goes without an action token", EventName = "ActionTokenFailed")]
    private partial void LogActionTokenFailed(Exception exception, string callId, LoggedUser userId);

    [LoggerMessage(2004, LogLevel.Warning, "User {UserId}: {Work} failed and is tried again", EventName = "UserWorkFailed")]
    private partial void LogRetry(Exception exception, LoggedUser userId, string work);
}
