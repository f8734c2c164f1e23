using Microsoft.Extensions.Logging;

namespace OrleansCalls.Calls;

/// <content>Log lines, event ids 1000-1099. One line per change of state; ids only, never names, SDP or tokens.</content>
public sealed partial class CallGrain
{
    [LoggerMessage(
        1000, LogLevel.Information, "Call {CallId} started by {UserId} for {Callees} callees, {Media}",
        EventName = "CallStarted")]
    private partial void LogStarted(string callId, LoggedUser userId, int callees, string media);

    [LoggerMessage(1001, LogLevel.Information, "Call {CallId} is {State}", EventName = "CallPhaseChanged")]
    private partial void LogPhase(string callId, string state);

    [LoggerMessage(1002, LogLevel.Information, "Call {CallId} ended: {Reason}, by {UserId}", EventName = "CallEnded")]
    private partial void LogEnded(string callId, string reason, LoggedUser userId);

    [LoggerMessage(1010, LogLevel.Information, "Call {CallId} rejected by {UserId}", EventName = "CallRejected")]
    private partial void LogRejected(string callId, LoggedUser userId);

    [LoggerMessage(
        1003, LogLevel.Error, "Call {CallId} could not be written; the activation is given up", EventName = "CallWriteFailed")]
    private partial void LogWriteFailed(Exception exception, string callId);

    [LoggerMessage(1004, LogLevel.Warning, "Call {CallId}: {Work} failed and is tried again", EventName = "CallWorkFailed")]
    private partial void LogRetry(Exception exception, string callId, string work);

    [LoggerMessage(1008, LogLevel.Warning,
        "Call {CallId}: event {EventId} did not reach the app's back end: {Outcome}, {Error}", EventName = "WebhookLost")]
    private partial void LogWebhookLost(string callId, string eventId, string outcome, string? error);

    [LoggerMessage(1009, LogLevel.Information,
        "Call {CallId}: {Count} events wait for the app's back end, tried again in {Seconds} seconds",
        EventName = "WebhooksWait")]
    private partial void LogWebhooksWait(string callId, int count, double seconds);

    [LoggerMessage(1011, LogLevel.Warning, "Call {CallId} could not be read again", EventName = "CallReadFailed")]
    private partial void LogReadFailed(Exception exception, string callId);

    [LoggerMessage(
        1012, LogLevel.Warning, "Call {CallId} was written by another activation; the next one takes over",
        EventName = "CallOvertaken")]
    private partial void LogOvertaken(string callId);
}
