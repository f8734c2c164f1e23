using System.Threading.Channels;

namespace OrleansCalls.Gateway.Telephone;

/// <summary>
/// The caller's device: to the grains it has a lease, resumes and may disconnect like any other. An event is taken only as a
/// reason to read the call again, so that missed events do no harm.
/// </summary>
internal sealed class TelephoneLine(
    InboundChannel inbound, ConnectionOpener opener, GatewayIdentity gateway, GatewayOptions options, GatewayMetrics metrics,
    TimeProvider time, ILogger<ClientConnection> log, ChannelWriter<BridgeEvent> inbox, Action leave) : IClientSocket
{
    /// <summary>The platform of its leases.</summary>
    public const string Platform = "telephone";

    private static readonly IReadOnlyDictionary<string, long> NothingSeen = new Dictionary<string, long>();

    private ClientConnection? _connection;

    /// <summary>The actor of its commands.</summary>
    public Actor Actor { get; } = new()
    {
        UserId = inbound.CallerId, Name = inbound.Name.Length == 0 ? null : inbound.Name,
        DeviceId = inbound.CallId, OverSocket = true,
    };

    /// <summary>Opens the connection, initially or again.</summary>
    /// <exception cref="CallException">This number has too many connections.</exception>
    public async Task Open(CancellationToken cancellation)
    {
        await Shut();
        var lease = new Connection
        {
            GatewayId = gateway.GatewayId,
            ConnectionId = $"{gateway.GatewayId}:{Guid.CreateVersion7(time.GetUtcNow()):N}",
            DeviceId = inbound.CallId,
            Platform = Platform,
            ConnectedAt = time.GetUtcNow(),
        };
        var connection = _connection = new ClientConnection(lease, Actor, this, options, metrics, time, log);
        _ = connection.Run();
        await opener.Open(connection, NothingSeen, cancellation);
    }

    /// <summary>Releases the lease.</summary>
    public async Task Shut()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            await opener.Close(connection);
        }
    }

    /// <inheritdoc/>
    public Task Send(Outgoing message)
    {
        if (message is Outgoing.Reconnect)
            leave();
        else if (message is Outgoing.OpenCalls or Outgoing.Event { What: CallEvent })
            inbox.TryWrite(BridgeEvent.Changed);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Close(bool mayReconnect) => inbox.TryWrite(mayReconnect ? BridgeEvent.LineLost : BridgeEvent.TakenOver);
}
