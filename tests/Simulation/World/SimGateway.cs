using System.Collections.Immutable;

namespace OrleansCalls.Tests.Simulation;

/// <summary>
/// One life of a gateway process, outside the silo: it queues what it is told for each connection, renews leases, and answers for
/// connections that are gone. After a crash another life with another id takes its place.
/// </summary>
internal sealed class SimGateway(World world, string id) : IGatewayObserver
{
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(25);

    private readonly Dictionary<string, SimConnection> _connections = [];
    private IGatewayObserver? _reference;

    public string Id => id;

    public bool IsDead { get; private set; }

    public IReadOnlyCollection<SimConnection> Connections => _connections.Values;

    /// <summary>How grains reach it.</summary>
    public IGatewayObserver Reference => _reference ??= world.Cluster.Client.CreateObjectReference<IGatewayObserver>(this);

    public void Add(SimConnection connection) => _connections[connection.Id] = connection;

    /// <summary>The socket is known to be gone: the lease is given back.</summary>
    public async Task Closed(SimConnection connection)
    {
        if (!_connections.Remove(connection.Id) || IsDead)
            return;
        try
        {
            await world.Client.GetUser(connection.Device.User.Id).Disconnect(connection.Id);
        }
        catch (Exception)
        {
            // The lease runs out by itself.
        }
    }

    public void Crash()
    {
        IsDead = true;
        world.Note($"gateway {id} crashes with {_connections.Count} connections");
        if (_reference is not null)
            world.Cluster.Client.DeleteObjectReference<IGatewayObserver>(_reference);
        foreach (var connection in _connections.Values.ToList())
            connection.Break();
        _connections.Clear();
    }

    public async Task RenewForEver()
    {
        while (!IsDead)
        {
            await world.Sleep(world.Between(0.8, 1.2) * Renewal.TotalSeconds);
            var failed = new HashSet<SimUser>(_connections.Values.Select(c => c.Device.User));
            while (failed.Count > 0 && !IsDead)
            {
                foreach (var user in failed.ToList())
                    if (await Renew(user))
                        failed.Remove(user);
                await world.Sleep(1);
            }
        }
    }

    public Task<DeliveryReport> Deliver(ImmutableArray<Delivery> batch)
    {
        var missing = ImmutableArray.CreateBuilder<string>();
        foreach (var delivery in batch)
        {
            foreach (var connectionId in delivery.ConnectionIds)
            {
                if (!_connections.TryGetValue(connectionId, out var connection) || connection.IsClosed)
                {
                    missing.Add(connectionId);
                    continue;
                }

                world.Oracle.IsTrue(connection.Device.User.Id == delivery.UserId, "misdelivered",
                    $"{delivery.Event} for {delivery.UserId} went to {connection.Device}");
                if (connection.IsOldNews(delivery.Event))
                    continue;
                world.Oracle.Told(connection, delivery.Event);
                connection.Enqueue(delivery.Event);
            }
        }

        return Task.FromResult(new DeliveryReport { NotConnected = missing.ToImmutable() });
    }

    public Task<bool> Signal(Delivery delivery, long afterSeq)
    {
        var signal = (SignalReceived)delivery.Event;
        if (!_connections.TryGetValue(delivery.ConnectionIds.Single(), out var connection) || connection.IsClosed
            || !(connection.IsNext(signal, afterSeq) || world.IgnoresOrder))
            return Task.FromResult(false);
        world.Oracle.IsTrue(
            connection.Device.User.Id == delivery.UserId, "misdelivered",
            $"{signal} for {delivery.UserId} went to {connection.Device}");
        world.Totals.Direct++;
        world.Oracle.Told(connection, signal);
        connection.Enqueue(signal);
        return Task.FromResult(true);
    }

    public Task PresenceChanged(Presence presence) => Task.CompletedTask;

    public Task Displace(string connectionId)
    {
        if (_connections.TryGetValue(connectionId, out var connection))
            connection.Displace();
        return Task.CompletedTask;
    }

    /// <summary>The sockets are closed, the devices come back and name what they have seen.</summary>
    public Task Resync(ImmutableArray<string> connectionIds)
    {
        foreach (var connectionId in connectionIds)
            if (_connections.TryGetValue(connectionId, out var connection))
                connection.Close();
        return Task.CompletedTask;
    }

    private async Task<bool> Renew(SimUser user)
    {
        ImmutableArray<Connection> leases =
        [
            .. _connections.Values.Where(c => c.Device.User == user && !c.IsClosed).Select(c => c.Lease),
        ];
        if (leases.IsEmpty)
            return true;
        try
        {
            foreach (var displaced in await world.Client.GetUser(user.Id).Renew(Reference, leases))
                await Displace(displaced);
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }
}

/// <summary>What a device that has just connected is told: each call that it named or that is open for its user.</summary>
internal sealed record Snapshot(ImmutableArray<CallReply> Calls, ImmutableHashSet<string> Named);

/// <summary>
/// A socket: an ordered queue from a gateway to a device. It may be half open: the gateway writes, and nobody reads.
/// </summary>
internal sealed class SimConnection(World world, SimGateway gateway, SimDevice device, string id)
{
    private const int Longest = 128;

    private readonly Dictionary<string, long> _shown = [];
    private readonly Dictionary<string, long> _sent = [];
    private readonly Dictionary<string, long> _signals = [];
    private DateTimeOffset _lastArrival;
    private int _queued;

    public string Id => id;

    public SimGateway Gateway => gateway;

    public SimDevice Device => device;

    public Connection Lease { get; } = new()
    {
        GatewayId = gateway.Id, ConnectionId = id, DeviceId = device.Id, ConnectedAt = world.Now, Platform = "sim",
    };

    /// <summary>The gateway knows that it is over.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>The device knows that it is over.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>
    /// The calls that it was shown when it opened were newer than that: a silo that was gone meanwhile tells it once more.
    /// </summary>
    public bool IsOldNews(ClientEvent what) =>
        what is CallEvent { Seq: > 0 } told and not CallIncoming && _shown.GetValueOrDefault(told.CallId) >= told.Seq;

    /// <summary>Nothing that was sent before this signal is missing.</summary>
    public bool IsNext(SignalReceived signal, long afterSeq) =>
        Math.Max(_shown.GetValueOrDefault(signal.CallId), _sent.GetValueOrDefault(signal.CallId)) >= afterSeq
        && _signals.GetValueOrDefault(signal.CallId) is > 0 and var last && signal.Number == last + 1;

    public void Enqueue(object message)
    {
        if (message is CallEvent told)
            _sent[told.CallId] = Math.Max(told.Seq, _sent.GetValueOrDefault(told.CallId));
        if (message is SignalReceived { Number: > 0 } signal)
            _signals[signal.CallId] = signal.Number;
        foreach (var reply in (message as Snapshot)?.Calls ?? [])
            if (reply.Call is { } call)
                _shown[call.CallId] = call.Seq;
        if (world.Hits(world.Weather.DeliveryLost, "delivery_lost"))
            world.After(0.001, () => Break());
        if (IsBroken)
            return;
        if (++_queued > Longest)
        {
            Close();
            return;
        }

        var arrival = world.Now + TimeSpan.FromSeconds(device.Latency());
        _lastArrival = arrival > _lastArrival ? arrival : _lastArrival;
        world.At(_lastArrival, () =>
        {
            _queued--;
            if (!IsBroken)
                device.Receives(this, message);
        });
    }

    /// <summary>The device is cut off; its gateway finds out by its keep-alive, if it lives so long.</summary>
    public void Break()
    {
        if (IsBroken)
            return;
        IsBroken = true;
        device.LostConnection(this);
        if (!IsClosed)
            world.After(world.Between(0.1, 40), Close);
    }

    /// <summary>The gateway closes it.</summary>
    public void Close()
    {
        if (IsClosed)
            return;
        IsClosed = true;
        Break();
        world.Spawn(() => gateway.Closed(this));
    }

    public void Displace()
    {
        if (!IsBroken && !IsClosed)
            world.Note($"{device} displaced on {id}");
        Close();
    }
}
