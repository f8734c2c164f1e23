using Microsoft.Extensions.Logging;

namespace OrleansCalls.Calls;

/// <content>Log messages of calls, event ids 1000-1099. One per change of state; ids only, never names, SDP or tokens.</content>
public sealed partial class CallGrain
{
    [LoggerMessage(
        1000, LogLevel.Information, "Call {CallId} started by {UserId}: {Callees} callees, {Media}",
        EventName = "CallStarted")]
    private partial void LogStarted(string callId, LoggedUser userId, int callees, string media);

    [LoggerMessage(1001, LogLevel.Information, "Call {CallId} changed to {State}", EventName = "CallPhaseChanged")]
    private partial void LogPhase(string callId, string state);

    [LoggerMessage(1002, LogLevel.Information, "Call {CallId} ended: {Reason}, by {UserId}", EventName = "CallEnded")]
    private partial void LogEnded(string callId, string reason, LoggedUser userId);

    [LoggerMessage(1010, LogLevel.Information, "Call {CallId} rejected by {UserId}", EventName = "CallRejected")]
    private partial void LogRejected(string callId, LoggedUser userId);

    [LoggerMessage(
        1003, LogLevel.Error, "Call {CallId} could not be written; this activation is discarded", EventName = "CallWriteFailed")]
    private partial void LogWriteFailed(Exception exception, string callId);

    [LoggerMessage(1004, LogLevel.Warning, "Call {CallId}: {Work} failed; retrying", EventName = "CallWorkFailed")]
    private partial void LogRetry(Exception exception, string callId, string work);

    [LoggerMessage(1008, LogLevel.Warning,
        "Call {CallId}: event {EventId} not delivered to the app's back end: {Outcome}, {Error}", EventName = "WebhookLost")]
    private partial void LogWebhookLost(string callId, string eventId, string outcome, string? error);

    [LoggerMessage(1009, LogLevel.Information,
        "Call {CallId}: {Count} webhook events pending; next attempt in {Seconds} s",
        EventName = "WebhooksWait")]
    private partial void LogWebhooksWait(string callId, int count, double seconds);

    [LoggerMessage(1011, LogLevel.Warning, "Call {CallId} could not be reloaded", EventName = "CallReadFailed")]
    private partial void LogReadFailed(Exception exception, string callId);

    [LoggerMessage(
        1012, LogLevel.Warning, "Call {CallId} written by another activation; this activation is discarded",
        EventName = "CallOvertaken")]
    private partial void LogOvertaken(string callId);
}
