namespace OrleansCalls.Gateway.SocketIo;

/// <summary>Services shared by all sessions.</summary>
/// <param name="Options">Limits and timeouts.</param>
/// <param name="Handler">The application's handler.</param>
/// <param name="Time">The clock.</param>
/// <param name="Log">The log.</param>
/// <param name="Unconnected">The limit of sessions whose client is not connected.</param>
/// <param name="Forget">Removes a session from the table.</param>
internal sealed record EngineServices(
    SocketIoOptions Options, ISocketIoHandler Handler, TimeProvider Time, ILogger Log, UnconnectedLimit Unconnected,
    Action<EngineSession> Forget);
