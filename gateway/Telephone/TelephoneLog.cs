namespace OrleansCalls.Gateway.Telephone;

/// <summary>The telephone bridge's log messages: ids 3600 to 3699.</summary>
internal static partial class TelephoneLog
{
    [LoggerMessage(3600, LogLevel.Information, "Telephone bridge active: application {App}", EventName = "TelephoneUp")]
    public static partial void Up(ILogger log, string app);

    [LoggerMessage(3601, LogLevel.Warning, "Asterisk (Bridge__AriUrl) is unreachable; retrying",
        EventName = "TelephoneDown")]
    public static partial void Down(ILogger log, Exception? exception);

    [LoggerMessage(3602, LogLevel.Information, "Another process has taken over application {App}",
        EventName = "TelephoneReplaced")]
    public static partial void Replaced(ILogger log, string app);

    [LoggerMessage(3603, LogLevel.Warning, "The telephone bridge failed; restarting", EventName = "TelephoneFailed")]
    public static partial void Failed(ILogger log, Exception exception);

    [LoggerMessage(3604, LogLevel.Information, "The lease of {App} could not be renewed; retrying",
        EventName = "TelephoneLeaseUnknown")]
    public static partial void LeaseUnknown(ILogger log, Exception exception, string app);

    [LoggerMessage(3610, LogLevel.Information, "Call {CallId} received for extension {Extension}",
        EventName = "TelephoneIncoming")]
    public static partial void Incoming(ILogger log, string callId, string extension);

    [LoggerMessage(3611, LogLevel.Information, "Call {CallId} in progress taken over",
        EventName = "TelephoneAdopted")]
    public static partial void Adopted(ILogger log, string callId);

    [LoggerMessage(3612, LogLevel.Information,
        "Extension {Extension} ready for call {CallId} after {Seconds} s; dialling",
        EventName = "TelephoneDialled")]
    public static partial void Dialled(ILogger log, string callId, string extension, double seconds);

    [LoggerMessage(3613, LogLevel.Information, "Call {CallId} connected to extension {Extension}",
        EventName = "TelephoneConnected")]
    public static partial void Connected(ILogger log, string callId, string extension);

    [LoggerMessage(3614, LogLevel.Information, "Call {CallId} ended: {Reason}", EventName = "TelephoneOver")]
    public static partial void Over(ILogger log, string callId, string reason);

    [LoggerMessage(3615, LogLevel.Warning, "Call {CallId} failed: {Why}", EventName = "TelephoneCannotGoOn")]
    public static partial void CannotGoOn(ILogger log, Exception? exception, string callId, string why);

    [LoggerMessage(3616, LogLevel.Warning, "Call {CallId} could not be read; retrying",
        EventName = "TelephoneUnseen")]
    public static partial void Unseen(ILogger log, Exception exception, string callId);

    [LoggerMessage(3617, LogLevel.Information, "Remains of an ended call removed: {Id}",
        EventName = "TelephoneLeftOver")]
    public static partial void LeftOver(ILogger log, string id);

    [LoggerMessage(3618, LogLevel.Information,
        "Calls so far: {Total} total, {Successful} successful, {Launches} background launches, {ReadyMs} ms to ready on average",
        EventName = "TelephoneFigures")]
    public static partial void Figures(ILogger log, long total, long successful, long launches, double readyMs);
}
