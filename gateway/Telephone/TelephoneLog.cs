namespace OrleansCalls.Gateway.Telephone;

/// <summary>What the telephone bridge logs: ids 3600 to 3699.</summary>
internal static partial class TelephoneLog
{
    [LoggerMessage(3600, LogLevel.Information, "Asterisk sends its events here: application {App}", EventName = "TelephoneUp")]
    public static partial void Up(ILogger log, string app);

    [LoggerMessage(3601, LogLevel.Warning, "Asterisk (Bridge__AriUrl) cannot be reached, or not any more; tried again",
        EventName = "TelephoneDown")]
    public static partial void Down(ILogger log, Exception? exception);

    [LoggerMessage(3602, LogLevel.Information, "Another process has taken the application {App} over",
        EventName = "TelephoneReplaced")]
    public static partial void Replaced(ILogger log, string app);

    [LoggerMessage(3603, LogLevel.Warning, "The telephone bridge failed and begins anew", EventName = "TelephoneFailed")]
    public static partial void Failed(ILogger log, Exception exception);

    [LoggerMessage(3604, LogLevel.Information, "Who bridges {App} could not be asked; asked again",
        EventName = "TelephoneLeaseUnknown")]
    public static partial void LeaseUnknown(ILogger log, Exception exception, string app);

    [LoggerMessage(3610, LogLevel.Information, "Call {CallId} comes in for extension {Extension}",
        EventName = "TelephoneIncoming")]
    public static partial void Incoming(ILogger log, string callId, string extension);

    [LoggerMessage(3611, LogLevel.Information, "Call {CallId} is found under way and goes on here",
        EventName = "TelephoneAdopted")]
    public static partial void Adopted(ILogger log, string callId);

    [LoggerMessage(3612, LogLevel.Information,
        "Extension {Extension} is ready for call {CallId} after {Seconds} s and is being called",
        EventName = "TelephoneDialled")]
    public static partial void Dialled(ILogger log, string callId, string extension, double seconds);

    [LoggerMessage(3613, LogLevel.Information, "Call {CallId} is connected to extension {Extension}",
        EventName = "TelephoneConnected")]
    public static partial void Connected(ILogger log, string callId, string extension);

    [LoggerMessage(3614, LogLevel.Information, "Call {CallId} is over: {Reason}", EventName = "TelephoneOver")]
    public static partial void Over(ILogger log, string callId, string reason);

    [LoggerMessage(3615, LogLevel.Warning, "Call {CallId} cannot go on: {Why}", EventName = "TelephoneCannotGoOn")]
    public static partial void CannotGoOn(ILogger log, Exception? exception, string callId, string why);

    [LoggerMessage(3616, LogLevel.Warning, "Call {CallId} cannot be asked after just now; tried again",
        EventName = "TelephoneUnseen")]
    public static partial void Unseen(ILogger log, Exception exception, string callId);

    [LoggerMessage(3617, LogLevel.Information, "Something is left of a call that is over and is removed: {Id}",
        EventName = "TelephoneLeftOver")]
    public static partial void LeftOver(ILogger log, string id);

    [LoggerMessage(3618, LogLevel.Information,
        "Calls so far: {Total} total, {Successful} successful, {Launches} background launches, {ReadyMs} ms to ready on average",
        EventName = "TelephoneFigures")]
    public static partial void Figures(ILogger log, long total, long successful, long launches, double readyMs);
}
