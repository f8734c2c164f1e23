namespace OrleansCalls.Gateway.Operations;

/// <summary>
/// Every line that the gateway logs. Ids are fixed and never used again: 3000 connections, 3100 requests, 3200 life of the process,
/// 3300 dialects, 3400 Socket.IO, 3600 telephones.
/// </summary>
internal static partial class GatewayLog
{
    [LoggerMessage(3000, LogLevel.Warning, "Connection {ConnectionId} of {UserId} does not keep up and is closed",
        EventName = "ConnectionTooSlow")]
    public static partial void TooSlow(ILogger log, string connectionId, LoggedUser userId);

    [LoggerMessage(3001, LogLevel.Warning, "Writing to connection {ConnectionId} of {UserId} failed; it is closed",
        EventName = "ConnectionWriteFailed")]
    public static partial void WriteFailed(ILogger log, Exception exception, string connectionId, LoggedUser userId);

    // A silo that goes makes thousands of these at once; what did not work in the end is told as such.
    [LoggerMessage(3002, LogLevel.Debug, "Opening connection {ConnectionId} of {UserId} did not work and is tried again",
        EventName = "ConnectionOpenRetried")]
    public static partial void OpenRetried(ILogger log, Exception exception, string connectionId, LoggedUser userId);

    [LoggerMessage(3003, LogLevel.Information,
        "Giving up the lease of connection {ConnectionId} of {UserId} failed; it runs out by itself",
        EventName = "LeaseDropFailed")]
    public static partial void DisconnectFailed(ILogger log, Exception exception, string connectionId, LoggedUser userId);

    [LoggerMessage(3004, LogLevel.Warning, "Call {CallId} could not be read for a device of {UserId} that resumes",
        EventName = "CallResumeFailed")]
    public static partial void ResumeFailed(ILogger log, Exception exception, string callId, LoggedUser userId);

    [LoggerMessage(3005, LogLevel.Debug, "Renewing the leases of {UserId} failed and is tried again",
        EventName = "LeaseRenewalFailed")]
    public static partial void RenewFailed(ILogger log, Exception exception, LoggedUser userId);

    [LoggerMessage(3009, LogLevel.Warning, "The leases of {Users} users could not be renewed and are tried again",
        EventName = "LeaseRoundFailed")]
    public static partial void RoundFailed(ILogger log, int users);

    [LoggerMessage(3006, LogLevel.Information, "The presence watch on {UserId} could not be renewed or withdrawn",
        EventName = "PresenceWatchFailed")]
    public static partial void WatchFailed(ILogger log, Exception exception, LoggedUser userId);

    [LoggerMessage(3007, LogLevel.Information, "Connection {ConnectionId} of {UserId} is refused: {Code}",
        EventName = "ConnectionRefused")]
    public static partial void Refused(ILogger log, string connectionId, LoggedUser userId, string code);

    [LoggerMessage(3008, LogLevel.Warning, "Connection {ConnectionId} of {UserId} could not be opened and is closed",
        EventName = "ConnectionOpenFailed")]
    public static partial void OpenFailed(ILogger log, Exception exception, string connectionId, LoggedUser userId);

    [LoggerMessage(3100, LogLevel.Error, "{Command} by {UserId} failed by a defect of ours, trace {TraceId}",
        EventName = "CommandDefect")]
    public static partial void Defect(ILogger log, Exception exception, string command, LoggedUser userId, string traceId);

    [LoggerMessage(3101, LogLevel.Warning, "{Command} by {UserId} could not be carried out", EventName = "CommandUnavailable")]
    public static partial void Unavailable(ILogger log, Exception exception, string command, LoggedUser userId);

    [LoggerMessage(3200, LogLevel.Warning,
        "The page is not built, so / has none: install Node.js and build again, or run 'npm ci && npm run build' in gateway/page",
        EventName = "PageMissing")]
    public static partial void NoPage(ILogger log);

    [LoggerMessage(3201, LogLevel.Information, "Stopping: {Connections} connections are told to reconnect within {Seconds} s",
        EventName = "DrainBegan")]
    public static partial void Draining(ILogger log, int connections, double seconds);

    [LoggerMessage(3202, LogLevel.Information, "Stopping: {Connections} connections are left and are closed now",
        EventName = "DrainEnded")]
    public static partial void Drained(ILogger log, int connections);

    [LoggerMessage(3203, LogLevel.Warning, "Stopping did not go as it should", EventName = "DrainFailed")]
    public static partial void DrainFailed(ILogger log, Exception exception);

    [LoggerMessage(3205, LogLevel.Information, "The cluster is now: {Members}", EventName = "ClusterChanged")]
    public static partial void ClusterChanged(ILogger log, string members);

    [LoggerMessage(3206, LogLevel.Warning, "No silo answers; sockets stay, commands are refused as unavailable",
        EventName = "ClusterUnseen")]
    public static partial void ClusterUnseen(ILogger log, Exception exception);

    [LoggerMessage(3207, LogLevel.Warning, "Connections refused: {Most} are open already (Gateway__MaxConnections), or {MostOfAddress} of one address",
        EventName = "ConnectionsFull")]
    public static partial void ConnectionsFull(ILogger log, int most, int mostOfAddress);

    [LoggerMessage(3215, LogLevel.Error, "No connection can be accepted for now: {Reason}", EventName = "AcceptFailed")]
    public static partial void AcceptFailed(ILogger log, string reason);

    [LoggerMessage(3204, LogLevel.Warning, "The health check {Check} failed", EventName = "HealthCheckFailed")]
    public static partial void Unhealthy(ILogger log, Exception? exception, string check);

    [LoggerMessage(3210, LogLevel.Information, "Operator {UserId} signed in on the admin page until {ExpiresAt:u}", EventName = "OperatorSignedIn")]
    public static partial void OperatorSignedIn(ILogger log, LoggedUser userId, DateTimeOffset expiresAt);

    [LoggerMessage(3211, LogLevel.Information, "Operator {UserId} signed out of the admin page", EventName = "OperatorSignedOut")]
    public static partial void OperatorSignedOut(ILogger log, LoggedUser userId);

    [LoggerMessage(3212, LogLevel.Warning, "Sign-in of an operator failed: {Problem}", EventName = "SignInFailed")]
    public static partial void SignInFailed(ILogger log, string problem);

    [LoggerMessage(3213, LogLevel.Warning, "The issuer with which operators sign in cannot be reached", EventName = "IssuerAway")]
    public static partial void IssuerAway(ILogger log, Exception exception);

    [LoggerMessage(3300, LogLevel.Information,
        "Call {CallId} could not be read or acknowledged for a dialect's device of {UserId}",
        EventName = "DialectUnread")]
    public static partial void DialectUnread(ILogger log, Exception exception, string callId, LoggedUser userId);

    [LoggerMessage(3301, LogLevel.Error, "Something could not be said in dialect {Dialect} to {UserId} by a defect of ours",
        EventName = "DialectSpeechless")]
    public static partial void DialectSpeechless(ILogger log, Exception exception, string dialect, LoggedUser userId);

    [LoggerMessage(3302, LogLevel.Information,
        "Call {CallId} in room {RoomId}: {Live} user(s) notified live, {Pending} stored as pending",
        EventName = "RoomCalled")]
    public static partial void RoomCalled(ILogger log, string callId, string roomId, int live, int pending);

    [LoggerMessage(3303, LogLevel.Warning, "The homeserver (Rooms__HomeserverUrl) could not be asked: {Problem}", EventName = "HomeserverAway")]
    public static partial void HomeserverAway(ILogger log, Exception? exception, string problem);

    [LoggerMessage(3304, LogLevel.Information,
        "The devices of {UserId} could not be looked up; a client without a device gets a new one",
        EventName = "DialectDevicesUnseen")]
    public static partial void DevicesUnseen(ILogger log, Exception exception, LoggedUser userId);

    [LoggerMessage(3320, LogLevel.Debug, "Socket {Socket} is one of device {DeviceId} of {UserId}",
        EventName = "SocketIoConnected")]
    public static partial void SocketIoConnected(ILogger log, string socket, LoggedUser userId, string deviceId);
}
