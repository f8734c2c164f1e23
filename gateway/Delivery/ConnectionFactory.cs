namespace OrleansCalls.Gateway.Delivery;

/// <summary>Creates a <see cref="ClientConnection"/> for a socket of any protocol.</summary>
public sealed class ConnectionFactory(
    GatewayIdentity gateway, GatewayOptions options, GatewayMetrics metrics, TimeProvider time, ILogger<ClientConnection> log)
{
    /// <summary>Creates the connection and starts its writer.</summary>
    /// <param name="connectionId">Unique over all gateways.</param>
    /// <param name="actor">The actor, with a device.</param>
    /// <param name="platform">The platform that the device reports.</param>
    /// <param name="socket">The socket to which messages are written.</param>
    public ClientConnection Create(string connectionId, Actor actor, string? platform, IClientSocket socket)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(socket);
        var lease = new Connection
        {
            GatewayId = gateway.GatewayId,
            ConnectionId = connectionId,
            DeviceId = actor.DeviceId ?? throw new ArgumentException("A connection is one of a device.", nameof(actor)),
            Platform = platform,
            ConnectedAt = time.GetUtcNow(),
            TakesSettings = true,
            TakesTestRings = socket.TakesTestRings,
        };
        actor = actor with
        {
            Route = new Route { GatewayId = gateway.GatewayId, Gateway = gateway.Reference, ConnectionId = connectionId },
        };
        var connection = new ClientConnection(lease, actor, socket, options, metrics, time, log);
        _ = connection.Run();
        return connection;
    }
}
