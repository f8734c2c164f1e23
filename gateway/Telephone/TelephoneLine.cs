using System.Threading.Channels;

namespace OrleansCalls.Gateway.Telephone;

/// <summary>
/// The caller's device: to the grains a device with a live socket like any other, with its lease, its resuming and its absences. What it
/// is told is only taken as a hint to look at the call, so that nothing hangs on which events were missed.
/// </summary>
internal sealed class TelephoneLine(
    InboundChannel inbound, ConnectionOpener opener, GatewayIdentity gateway, GatewayOptions options, GatewayMetrics metrics,
    TimeProvider time, ILogger<ClientConnection> log, ChannelWriter<Happening> inbox, Action leave) : IClientSocket
{
    /// <summary>What its leases call it.</summary>
    public const string Platform = "telephone";

    private static readonly IReadOnlyDictionary<string, long> NothingSeen = new Dictionary<string, long>();

    private ClientConnection? _connection;

    /// <summary>Who speaks over it.</summary>
    public Actor Actor { get; } = new()
    {
        UserId = inbound.CallerId, Name = inbound.Name.Length == 0 ? null : inbound.Name, DeviceId = inbound.CallId, OverSocket = true,
    };

    /// <summary>Opens it, for the first time or again.</summary>
    /// <exception cref="CallException">This number has too many lines open.</exception>
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

    /// <summary>Gives the lease back.</summary>
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
            inbox.TryWrite(Happening.Changed);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Close(bool mayReconnect) => inbox.TryWrite(mayReconnect ? Happening.LineLost : Happening.TakenOver);
}
