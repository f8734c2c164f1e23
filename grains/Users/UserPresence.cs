using System.Collections.Immutable;

namespace OrleansCalls.Users;

/// <summary>
/// The connections of one user: leases, links to their gateways, and the gateways that watch the user's presence. In memory
/// only.
/// </summary>
/// <param name="context">The user.</param>
/// <param name="account">Stores when the last connection closed.</param>
/// <param name="joined">Receives each added connection.</param>
/// <param name="gone">Receives the devices without a connection whenever one has closed.</param>
/// <param name="undelivered">
/// Receives each event that did not reach a connection; the connection has been dropped by then.
/// </param>
internal sealed class UserPresence(
    UserContext context, UserAccount account,
    Action<Connection> joined, Action<IReadOnlyList<string>> gone, Action<ClientEvent> undelivered)
{
    private static readonly TimeSpan WatchLife = TimeSpan.FromMinutes(2);

    private readonly Connections _connections = new(context.Services.Options.Lease);
    private readonly Dictionary<string, GatewayLink> _gateways = [];
    private readonly HashSet<string> _unsynced = [];
    private readonly Dictionary<string, (IGatewayObserver Gateway, DateTimeOffset Until)> _watchers = [];

    public ImmutableArray<Connection> All => _connections.All;

    public ImmutableArray<string> Devices => _connections.Devices;

    public bool Any => _connections.Any;

    /// <summary>Whether there are no connections, links and watches.</summary>
    public bool IsEmpty => !_connections.Any && _gateways.Count == 0 && _watchers.Count == 0;

    public DateTimeOffset? NextDue => _connections.NextExpiry;

    public DateTimeOffset? LastSeen => _connections.Any ? null : account.LastSeen;

    public Presence Current => new()
    {
        UserId = context.UserId, Online = _connections.Any, LastSeen = LastSeen, HiddenFrom = account.User.Settings.Blocked,
    };

    public bool Has(string deviceId) => _connections.Has(deviceId);

    /// <summary>Adds a connection; others of the same device are displaced.</summary>
    /// <returns>An error when too many devices are connected.</returns>
    public CallError? Connect(IGatewayObserver gateway, Connection connection)
    {
        var wasOnline = _connections.Any;
        if (_connections.Add(connection, context.Now) is not { } displaced)
        {
            return new CallError
            {
                Code = CallErrorCode.Conflict, Detail = $"A user has {CallLimits.Devices} connected devices at most.",
            };
        }

        Link(gateway, connection.GatewayId);
        foreach (var old in displaced)
            Displace(old);
        joined(connection);
        if (!wasOnline)
            TellWatchers();
        return null;
    }

    public void Disconnect(string connectionId)
    {
        if (_connections.Remove(connectionId) is { } connection)
            Gone([connection]);
    }

    /// <returns>The connections to close, since a newer one of the device, or too many other devices, are connected.</returns>
    public ImmutableArray<string> Renew(IGatewayObserver gateway, ImmutableArray<Connection> connections)
    {
        var wasOnline = _connections.Any;
        var (displaced, adopted) = _connections.Renew(connections, context.Now);
        if (connections.Length > 0)
            Link(gateway, connections[0].GatewayId);
        foreach (var connection in adopted)
            joined(connection);
        _unsynced.UnionWith(adopted.Select(c => c.ConnectionId));
        ImmutableArray<string> unsynced = [.. connections.Select(c => c.ConnectionId).Where(_unsynced.Contains)];
        if (unsynced.Length > 0)
            Resync(gateway, unsynced);
        if (!wasOnline && _connections.Any)
            TellWatchers();
        return displaced;
    }

    public void Expire()
    {
        var expired = _connections.Expire(context.Now);
        if (expired.IsEmpty)
            return;
        context.Services.Metrics.Expired(expired.Length);
        context.Services.Logger.LeasesExpired(context.UserId, expired.Length);
        Gone(expired);
    }

    public Task Probe(ImmutableArray<string> connectionIds) => Task.WhenAll(_connections.All
        .Where(connection => connectionIds.Contains(connection.ConnectionId))
        .GroupBy(connection => connection.GatewayId, connection => connection.ConnectionId)
        .Select(group => Probe(group.Key, [.. group])));

    public void Watch(IGatewayObserver gateway, string gatewayId) => _watchers[gatewayId] = (gateway, context.Now + WatchLife);

    public void Unwatch(string gatewayId) => _watchers.Remove(gatewayId);

    public void TellWatchers()
    {
        foreach (var (gatewayId, (gateway, until)) in _watchers)
        {
            if (until <= context.Now)
                _watchers.Remove(gatewayId);
            else
                _ = context.Background.UntilDoneOrGivenUp("sending a user's presence", () => gateway.PresenceChanged(Current));
        }
    }

    public void Send(Envelope envelope) => Send(envelope.Event, [.. _connections.For(envelope)]);

    /// <summary>
    /// Sends an event. <paramref name="answered"/> receives, for each gateway, the connections and the ids of those that do not
    /// exist any more; a gateway in this process may reply before this method returns.
    /// </summary>
    public void Send(
        ClientEvent what, ImmutableArray<Connection> connections,
        Action<ImmutableArray<Connection>, ImmutableArray<string>>? answered = null)
    {
        if (connections is [var only])
        {
            Send(only.GatewayId, what, connections, answered);
            return;
        }

        foreach (var group in connections.GroupBy(c => c.GatewayId))
            Send(group.Key, what, [.. group], answered);
    }

    private void Send(
        string gatewayId, ClientEvent what, ImmutableArray<Connection> connections,
        Action<ImmutableArray<Connection>, ImmutableArray<string>>? answered)
    {
        if (!_gateways.TryGetValue(gatewayId, out var link))
            return;
        var delivery = new Delivery
        {
            UserId = context.UserId,
            ConnectionIds = [.. connections.Select(c => c.ConnectionId)],
            Event = what,
            TraceParent = CallTrace.HereAsText,
        };
        link.Deliver(delivery, answered is null ? null : notConnected => answered(connections, notConnected));
    }

    private void Delivered(Delivery delivery, ImmutableArray<string> notConnected)
    {
        if (notConnected.IsEmpty)
            return;
        Drop(_connections.All.Where(c => notConnected.Contains(c.ConnectionId)));
        undelivered(delivery.Event);
    }

    private void Link(IGatewayObserver gateway, string gatewayId)
    {
        gateway = context.Services.LocalGateways.Find(gatewayId) ?? gateway;
        if (_gateways.TryGetValue(gatewayId, out var link))
        {
            link.Gateway = gateway;
            return;
        }

        _gateways[gatewayId] = new GatewayLink(gateway, Delivered, exception => Lose(gateway, gatewayId, exception));
    }

    /// <summary>The gateway did not reply in time: its connections are dropped. If it lives, it renews them.</summary>
    private void Lose(IGatewayObserver gateway, string gatewayId, Exception exception)
    {
        context.Services.Logger.GatewayGone(exception, context.UserId, gatewayId);
        _gateways.Remove(gatewayId);
        ImmutableArray<Connection> lost = [.. _connections.All.Where(c => c.GatewayId == gatewayId)];
        Drop(lost);
        Resync(gateway, [.. lost.Select(c => c.ConnectionId)]);
    }

    private async Task Probe(string gatewayId, ImmutableArray<string> connectionIds)
    {
        if (!_gateways.TryGetValue(gatewayId, out var link))
            return;
        try
        {
            var report = await link.Gateway.Probe(connectionIds);
            Drop(_connections.All.Where(connection => report.NotConnected.Contains(connection.ConnectionId)));
        }
        catch (Exception exception)
        {
            if (_gateways.GetValueOrDefault(gatewayId) == link)
                Lose(link.Gateway, gatewayId, exception);
        }
    }

    private void Displace(Connection old)
    {
        if (!_gateways.TryGetValue(old.GatewayId, out var link))
            return;
        _ = context.Background.UntilDoneOrGivenUp(
            "displacing a connection", () => link.Gateway.Displace(old.ConnectionId));
    }

    /// <summary>
    /// Resumes connections: the events sent meanwhile are unknown here, but their gateway knows what each has received.
    /// </summary>
    private void Resync(IGatewayObserver gateway, ImmutableArray<string> connectionIds) =>
        _ = context.Background.UntilDoneOrGivenUp("resuming connections", async () =>
        {
            await gateway.Resync(connectionIds);
            _unsynced.ExceptWith(connectionIds);
        });

    private void Drop(IEnumerable<Connection> connections)
    {
        ImmutableArray<Connection> dropped = [.. connections];
        foreach (var connection in dropped)
            _connections.Remove(connection.ConnectionId);
        if (dropped.Length > 0)
            Gone(dropped);
    }

    private void Gone(ImmutableArray<Connection> connections)
    {
        _unsynced.ExceptWith(connections.Select(c => c.ConnectionId));
        gone([.. connections.Select(c => c.DeviceId).Distinct().Where(id => !_connections.Has(id))]);
        if (_connections.Any)
            return;
        account.LastSeen = context.Now;
        TellWatchers();
    }
}
