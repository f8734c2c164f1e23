namespace OrleansCalls.Gateway.SocketIo;

/// <summary>What every session needs.</summary>
/// <param name="Options">Limits and times.</param>
/// <param name="Handler">Who uses the transport.</param>
/// <param name="Time">The clock.</param>
/// <param name="Log">Where it is told what happens.</param>
/// <param name="Strangers">The sessions without a client that is connected.</param>
/// <param name="Forget">Takes a session out of the table.</param>
internal sealed record EngineServices(
    SocketIoOptions Options, ISocketIoHandler Handler, TimeProvider Time, ILogger Log, Strangers Strangers,
    Action<EngineSession> Forget);
