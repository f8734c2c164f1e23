using Microsoft.Extensions.Logging;

namespace OrleansCalls.Push;

/// <summary>Logs pushes instead of sending them; for a service without push credentials.</summary>
public sealed partial class LoggingPushSender(ILogger<LoggingPushSender> logger) : IPushSender
{
    private readonly ILogger _logger = logger;

    /// <inheritdoc/>
    public Task<PushResult> Send(PushMessage message, CancellationToken cancellation)
    {
        LogPush(
            EnumNames.Snake(message.Type), message.CallId, message.UserId, message.DeviceId,
            EnumNames.Snake(message.Provider), message.TimeToLive);
        return Task.FromResult(new PushResult { Error = "not_configured" });
    }

    [LoggerMessage(4000, LogLevel.Information,
        "Push is not configured: {Type} of call {CallId} for {UserId}, device {DeviceId}, by {Provider}, would live {TimeToLive}",
        EventName = "PushNotConfigured")]
    private partial void LogPush(
        string type, string callId, LoggedUser userId, string deviceId, string provider, TimeSpan timeToLive);
}
