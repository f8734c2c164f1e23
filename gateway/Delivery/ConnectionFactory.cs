namespace OrleansCalls.Gateway.Delivery;

/// <summary>Makes a <see cref="ClientConnection"/> of a socket, whatever language the socket speaks.</summary>
public sealed class ConnectionFactory(
    GatewayIdentity gateway, GatewayOptions options, GatewayMetrics metrics, TimeProvider time, ILogger<ClientConnection> log)
{
    /// <summary>Makes the connection and starts its writer.</summary>
    /// <param name="connectionId">Unique over all gateways.</param>
    /// <param name="actor">Who speaks, with a device.</param>
    /// <param name="platform">What the device calls itself.</param>
    /// <param name="socket">Where it is told things.</param>
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
        actor = actor with { Route = new Route { GatewayId = gateway.GatewayId, Gateway = gateway.Reference, ConnectionId = connectionId } };
        var connection = new ClientConnection(lease, actor, socket, options, metrics, time, log);
        _ = connection.Run();
        return connection;
    }
}
