namespace OrleansCalls.Gateway.SocketIo;

/// <summary>The transport's log messages. Ids are fixed and never reused: 3400 sessions, 3410 handlers.</summary>
internal static partial class SocketIoLog
{
    [LoggerMessage(3400, LogLevel.Warning, "Socket.IO session {Session} closed: its queue is full",
        EventName = "SocketIoTooSlow")]
    public static partial void TooSlow(ILogger log, string session);

    [LoggerMessage(3401, LogLevel.Information, "Socket.IO session {Session} closed: {What}", EventName = "SocketIoViolation")]
    public static partial void Violation(ILogger log, string session, string what);

    [LoggerMessage(3402, LogLevel.Information, "Socket.IO session {Session} closed: it did not connect in time",
        EventName = "SocketIoNotConnected")]
    public static partial void NotConnected(ILogger log, string session);

    [LoggerMessage(3403, LogLevel.Information, "Stopping: {Sessions} remaining Socket.IO sessions closed",
        EventName = "SocketIoStopping")]
    public static partial void Stopping(ILogger log, int sessions);

    [LoggerMessage(3404, LogLevel.Information, "Socket.IO session {Session} stays on polling: {Why}",
        EventName = "SocketIoUpgradeFailed")]
    public static partial void UpgradeFailed(ILogger log, string session, string why);

    [LoggerMessage(3405, LogLevel.Warning,
        "Socket.IO session refused: {Most} sessions without a connected client are open, or too many of one address",
        EventName = "SocketIoFull")]
    public static partial void Full(ILogger log, int most);

    [LoggerMessage(3410, LogLevel.Error, "Connecting Socket.IO socket {Socket} failed in the handler",
        EventName = "SocketIoConnectFailed")]
    public static partial void ConnectFailed(ILogger log, Exception exception, string socket);

    [LoggerMessage(3411, LogLevel.Error, "Event {Event} of Socket.IO socket {Socket} failed in the handler",
        EventName = "SocketIoEventFailed")]
    public static partial void EventFailed(ILogger log, Exception exception, string @event, string socket);

    [LoggerMessage(3412, LogLevel.Error, "Disconnecting Socket.IO socket {Socket} failed in the handler",
        EventName = "SocketIoDisconnectFailed")]
    public static partial void DisconnectFailed(ILogger log, Exception exception, string socket);
}
