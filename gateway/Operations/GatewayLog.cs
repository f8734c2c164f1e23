namespace OrleansCalls.Gateway.Operations;

/// <summary>
/// The gateway's log messages. Ids are fixed and never reused: 3000 connections, 3100 requests, 3200 process life cycle, 3300
/// dialects, 3400 Socket.IO, 3600 telephones.
/// </summary>
internal static partial class GatewayLog
{
    [LoggerMessage(3000, LogLevel.Warning, "Connection {ConnectionId} of {UserId} closed: its queue is full",
        EventName = "ConnectionTooSlow")]
    public static partial void TooSlow(ILogger log, string connectionId, LoggedUser userId);

    [LoggerMessage(3001, LogLevel.Warning, "Connection {ConnectionId} of {UserId} closed: writing to it failed",
        EventName = "ConnectionWriteFailed")]
    public static partial void WriteFailed(ILogger log, Exception exception, string connectionId, LoggedUser userId);

    // The loss of a silo causes thousands of these at once; the final failure is logged at a higher level.
    [LoggerMessage(3002, LogLevel.Debug, "Opening connection {ConnectionId} of {UserId} failed; retrying",
        EventName = "ConnectionOpenRetried")]
    public static partial void OpenRetried(ILogger log, Exception exception, string connectionId, LoggedUser userId);

    [LoggerMessage(3003, LogLevel.Information,
        "Releasing the lease of connection {ConnectionId} of {UserId} failed; the lease will expire",
        EventName = "LeaseDropFailed")]
    public static partial void DisconnectFailed(ILogger log, Exception exception, string connectionId, LoggedUser userId);

    [LoggerMessage(3004, LogLevel.Warning, "Call {CallId} could not be read for a resuming device of {UserId}",
        EventName = "CallResumeFailed")]
    public static partial void ResumeFailed(ILogger log, Exception exception, string callId, LoggedUser userId);

    [LoggerMessage(3005, LogLevel.Debug, "Renewing the leases of {UserId} failed; retrying",
        EventName = "LeaseRenewalFailed")]
    public static partial void RenewFailed(ILogger log, Exception exception, LoggedUser userId);

    [LoggerMessage(3009, LogLevel.Warning, "The leases of {Users} users could not be renewed; retrying",
        EventName = "LeaseRoundFailed")]
    public static partial void RoundFailed(ILogger log, int users);

    [LoggerMessage(3006, LogLevel.Information, "The presence watch on {UserId} could not be renewed or removed",
        EventName = "PresenceWatchFailed")]
    public static partial void WatchFailed(ILogger log, Exception exception, LoggedUser userId);

    [LoggerMessage(3007, LogLevel.Information, "Connection {ConnectionId} of {UserId} refused: {Code}",
        EventName = "ConnectionRefused")]
    public static partial void Refused(ILogger log, string connectionId, LoggedUser userId, string code);

    [LoggerMessage(3008, LogLevel.Warning, "Connection {ConnectionId} of {UserId} closed: it could not be registered",
        EventName = "ConnectionOpenFailed")]
    public static partial void OpenFailed(ILogger log, Exception exception, string connectionId, LoggedUser userId);

    [LoggerMessage(3100, LogLevel.Error, "{Command} by {UserId} failed with an internal error, trace {TraceId}",
        EventName = "CommandDefect")]
    public static partial void Defect(ILogger log, Exception exception, string command, LoggedUser userId, string traceId);

    [LoggerMessage(
        3101, LogLevel.Warning, "{Command} by {UserId} failed: a component is unavailable", EventName = "CommandUnavailable")]
    public static partial void Unavailable(ILogger log, Exception exception, string command, LoggedUser userId);

    [LoggerMessage(3200, LogLevel.Warning,
        "The page is not built; to have it, install Node.js and build again, or run 'npm ci && npm run build' in gateway/page",
        EventName = "PageMissing")]
    public static partial void NoPage(ILogger log);

    [LoggerMessage(3201, LogLevel.Information, "Stopping: {Connections} connections asked to reconnect within {Seconds} s",
        EventName = "DrainBegan")]
    public static partial void Draining(ILogger log, int connections, double seconds);

    [LoggerMessage(3202, LogLevel.Information, "Stopping: {Connections} remaining connections closed",
        EventName = "DrainEnded")]
    public static partial void Drained(ILogger log, int connections);

    [LoggerMessage(3203, LogLevel.Warning, "The drain failed", EventName = "DrainFailed")]
    public static partial void DrainFailed(ILogger log, Exception exception);

    [LoggerMessage(3205, LogLevel.Information, "The cluster is now: {Members}", EventName = "ClusterChanged")]
    public static partial void ClusterChanged(ILogger log, string members);

    [LoggerMessage(3206, LogLevel.Warning, "No silo is reachable; sockets stay open, commands fail as unavailable",
        EventName = "ClusterUnseen")]
    public static partial void ClusterUnseen(ILogger log, Exception exception);

    [LoggerMessage(
        3207, LogLevel.Warning,
        "Connections refused: {Most} are open (Gateway__MaxConnections), or {MostOfAddress} of one address",
        EventName = "ConnectionsFull")]
    public static partial void ConnectionsFull(ILogger log, int most, int mostOfAddress);

    [LoggerMessage(
        3208, LogLevel.Warning,
        "Gateway__MaxConnections is {Wanted}, but the process' file descriptors allow {Most} connections: raise LimitNOFILE",
        EventName = "FewerConnections")]
    public static partial void FewerConnections(ILogger log, int wanted, int most);

    [LoggerMessage(3215, LogLevel.Error, "Accepting connections failed: {Reason}", EventName = "AcceptFailed")]
    public static partial void AcceptFailed(ILogger log, string reason);

    [LoggerMessage(3204, LogLevel.Warning, "The health check {Check} failed", EventName = "HealthCheckFailed")]
    public static partial void Unhealthy(ILogger log, Exception? exception, string check);

    [LoggerMessage(
        3210, LogLevel.Information, "Operator {UserId} signed in on the admin page until {ExpiresAt:u}",
        EventName = "OperatorSignedIn")]
    public static partial void OperatorSignedIn(ILogger log, LoggedUser userId, DateTimeOffset expiresAt);

    [LoggerMessage(3211, LogLevel.Information, "Operator {UserId} signed out of the admin page", EventName = "OperatorSignedOut")]
    public static partial void OperatorSignedOut(ILogger log, LoggedUser userId);

    [LoggerMessage(3212, LogLevel.Warning, "Operator sign-in failed: {Problem}", EventName = "SignInFailed")]
    public static partial void SignInFailed(ILogger log, string problem);

    [LoggerMessage(
        3213, LogLevel.Warning, "The operators' OpenID Connect issuer (Admin__OidcAuthority) is unreachable",
        EventName = "IssuerAway")]
    public static partial void IssuerAway(ILogger log, Exception exception);

    [LoggerMessage(3300, LogLevel.Information,
        "Call {CallId} could not be read or acknowledged for a dialect's device of {UserId}",
        EventName = "DialectUnread")]
    public static partial void DialectUnread(ILogger log, Exception exception, string callId, LoggedUser userId);

    [LoggerMessage(3301, LogLevel.Error, "An event could not be encoded in dialect {Dialect} for {UserId}",
        EventName = "DialectSpeechless")]
    public static partial void DialectFailed(ILogger log, Exception exception, string dialect, LoggedUser userId);

    [LoggerMessage(3302, LogLevel.Information,
        "Call {CallId} in room {RoomId}: {Live} user(s) notified live, {Pending} stored as pending",
        EventName = "RoomCalled")]
    public static partial void RoomCalled(ILogger log, string callId, string roomId, int live, int pending);

    [LoggerMessage(
        3303, LogLevel.Warning, "The homeserver (Rooms__HomeserverUrl) request failed: {Problem}", EventName = "HomeserverAway")]
    public static partial void HomeserverAway(ILogger log, Exception? exception, string problem);

    [LoggerMessage(3304, LogLevel.Information,
        "The devices of {UserId} could not be looked up; a client without a device id gets a new one",
        EventName = "DialectDevicesUnseen")]
    public static partial void DevicesUnseen(ILogger log, Exception exception, LoggedUser userId);

    [LoggerMessage(3320, LogLevel.Debug, "Socket.IO socket {Socket} attached to device {DeviceId} of {UserId}",
        EventName = "SocketIoConnected")]
    public static partial void SocketIoConnected(ILogger log, string socket, LoggedUser userId, string deviceId);
}
