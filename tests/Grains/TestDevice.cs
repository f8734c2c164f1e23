using System.Collections.Immutable;
using System.Threading.Channels;

namespace OrleansCalls.Tests.Grains;

/// <summary>
/// A device behind a gateway of its own: sends commands as its user, and holds what it is told until a test asks for it.
/// </summary>
public sealed class TestDevice(CallsCluster cluster, string userId, string deviceId) : IGatewayObserver
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Channel<ClientEvent> _told = Channel.CreateUnbounded<ClientEvent>();
    private readonly string _connectionId = Guid.NewGuid().ToString("N");
    private IGatewayObserver? _reference;
    private volatile bool _gone;
    private long _seq;
    private long _signal;

    public string UserId => userId;

    public string DeviceId => deviceId;

    public ConnectReply? Connected { get; private set; }

    public Actor Actor => new()
    {
        UserId = userId, Name = userId.ToUpperInvariant(), DeviceId = deviceId, OverSocket = true,
        Route = _reference is { } gateway
            ? new Route { GatewayId = GatewayId, Gateway = gateway, ConnectionId = _connectionId }
            : null,
    };

    /// <summary>Signals that came with no user's grain between.</summary>
    public int Direct { get; private set; }

    private string GatewayId => $"gateway-of-{_connectionId}";

    public async Task Connect(IGatewayObserver reference)
    {
        _reference = reference;
        Connected = await cluster.Grains.GetUser(userId).Connect(reference, new Connection
        {
            GatewayId = GatewayId,
            ConnectionId = _connectionId,
            DeviceId = deviceId,
            ConnectedAt = TimeProvider.System.GetUtcNow(),
            TakesTestRings = true,
        });
    }

    /// <summary>The socket goes, and the gateway says so.</summary>
    public Task Disconnect()
    {
        _gone = true;
        return cluster.Grains.GetUser(userId).Disconnect(_connectionId);
    }

    /// <summary>The socket goes without a word.</summary>
    public void Vanish() => _gone = true;

    public Task<CallReply> Do(string callId, CallCommand command) =>
        cluster.Grains.GetCall(callId).Execute(command with { Actor = Actor });

    public async Task<Call> Start(string callId, params string[] callees)
    {
        var reply = await Do(callId, new StartCall
        {
            CallId = callId,
            CalleeIds = [.. callees],
            Media = CallMedia.Video,
            Offer = new SessionDescription { Type = "offer", Sdp = "v=0" },
        });
        Assert.Null(reply.Error);
        return reply.Call!;
    }

    /// <summary>The next event of this type; others on the way are dropped.</summary>
    public async Task<T> Hears<T>()
        where T : ClientEvent
    {
        using var patience = new CancellationTokenSource(Patience);
        var passed = new List<string>();
        try
        {
            while (true)
            {
                var told = await _told.Reader.ReadAsync(patience.Token);
                if (told is T wanted)
                    return wanted;
                passed.Add(told.GetType().Name);
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{userId}/{deviceId} never heard {typeof(T).Name}, only: {string.Join(", ", passed)}.");
        }
    }

    /// <summary>Everything told so far that nobody has asked for.</summary>
    public ImmutableArray<ClientEvent> Rest()
    {
        var rest = ImmutableArray.CreateBuilder<ClientEvent>();
        while (_told.Reader.TryRead(out var told))
            rest.Add(told);
        return rest.ToImmutable();
    }

    Task<DeliveryReport> IGatewayObserver.Deliver(ImmutableArray<Delivery> batch)
    {
        if (_gone)
            return Task.FromResult(
                new DeliveryReport { NotConnected = [.. batch.SelectMany(delivery => delivery.ConnectionIds)] });
        foreach (var delivery in batch)
            if (delivery.ConnectionIds.Contains(_connectionId))
                Hear(delivery.Event);
        return Task.FromResult(new DeliveryReport());
    }

    Task<bool> IGatewayObserver.Signal(Delivery delivery, long afterSeq)
    {
        lock (_told)
        {
            if (_gone || delivery is not { ConnectionIds: [var connectionId], Event: SignalReceived { Number: var number } }
                || connectionId != _connectionId || _seq < afterSeq || _signal == 0 || number != _signal + 1)
                return Task.FromResult(false);
            Direct++;
            Hear(delivery.Event);
            return Task.FromResult(true);
        }
    }

    private void Hear(ClientEvent told)
    {
        lock (_told)
        {
            if (told is SignalReceived { Number: var number })
                _signal = number;
            else if (told is CallEvent { Seq: var seq })
                _seq = Math.Max(_seq, seq);
            _told.Writer.TryWrite(told);
        }
    }

    Task IGatewayObserver.PresenceChanged(Presence presence) => Task.CompletedTask;

    Task IGatewayObserver.Displace(string connectionId)
    {
        _gone = true;
        return Task.CompletedTask;
    }
}
