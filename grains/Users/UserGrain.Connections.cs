using System.Collections.Immutable;

namespace OrleansCalls.Users;

/// <content>Connections come and go; presence; delivery to gateways.</content>
public sealed partial class UserGrain
{
    /// <inheritdoc/>
    public async Task<ConnectReply> Connect(IGatewayObserver gateway, Connection connection)
    {
        var wasOnline = _connections.Any;
        if (_connections.Add(connection, Now) is not { } displaced)
        {
            return new ConnectReply
            {
                Error = new CallError
                {
                    Code = CallErrorCode.Conflict, Detail = $"A user has {CallLimits.Devices} connected devices at most.",
                },
            };
        }

        Link(gateway, connection.GatewayId);
        foreach (var old in displaced)
            _ = Displace(old);
        Joined(connection);
        EmptyMailboxes(connection);
        if (!wasOnline)
            TellWatchers();
        Schedule();
        await Task.CompletedTask;
        return new ConnectReply { OpenCallIds = [.. _calls.All.Select(c => c.CallId)], MissedCount = User.Missed.Length };
    }

    /// <inheritdoc/>
    public Task Disconnect(string connectionId)
    {
        if (_connections.Remove(connectionId) is { } connection)
            Gone([connection]);
        Schedule();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<string>> Renew(IGatewayObserver gateway, ImmutableArray<Connection> connections)
    {
        var wasOnline = _connections.Any;
        var (displaced, adopted) = _connections.Renew(connections, Now);
        if (connections.Length > 0)
            Link(gateway, connections[0].GatewayId);
        foreach (var connection in adopted)
            Joined(connection);
        _unsynced.UnionWith(adopted.Select(c => c.ConnectionId));
        ImmutableArray<string> unsynced = [.. connections.Select(c => c.ConnectionId).Where(_unsynced.Contains)];
        if (unsynced.Length > 0)
            Resync(gateway, unsynced);
        if (!wasOnline && _connections.Any)
            TellWatchers();
        Schedule();
        return Task.FromResult(displaced);
    }

    /// <inheritdoc/>
    public Task Probe(ImmutableArray<string> connectionIds) => Task.WhenAll(_connections.All
        .Where(connection => connectionIds.Contains(connection.ConnectionId))
        .GroupBy(connection => connection.GatewayId, connection => connection.ConnectionId)
        .Select(group => Probe(group.Key, [.. group])));

    /// <inheritdoc/>
    public Task<Presence> GetPresence()
    {
        LeaveIfUnknown();
        return Task.FromResult(Presence());
    }

    /// <inheritdoc/>
    public Task<Presence> WatchPresence(IGatewayObserver gateway, string gatewayId)
    {
        _watchers[gatewayId] = (gateway, Now + WatchLife);
        Schedule();
        return Task.FromResult(Presence());
    }

    /// <inheritdoc/>
    public Task UnwatchPresence(string gatewayId)
    {
        _watchers.Remove(gatewayId);
        LeaveIfUnknown();
        return Task.CompletedTask;
    }

    private Presence Presence() =>
        new()
        {
            UserId = UserId, Online = _connections.Any, LastSeen = _connections.Any ? null : _lastSeen, HiddenFrom = User.Settings.Blocked,
        };

    private void TellWatchers()
    {
        foreach (var (gatewayId, (gateway, until)) in _watchers)
        {
            if (until <= Now)
                _watchers.Remove(gatewayId);
            else
                _ = _background.UntilDoneOrGivenUp("the presence of a user", () => gateway.PresenceChanged(Presence()));
        }
    }

    private void Link(IGatewayObserver gateway, string gatewayId)
    {
        gateway = _services.LocalGateways.Find(gatewayId) ?? gateway;
        if (_gateways.TryGetValue(gatewayId, out var link))
        {
            link.Gateway = gateway;
            return;
        }

        _gateways[gatewayId] = new GatewayLink(gateway, Delivered, exception => Lose(gateway, gatewayId, exception));
    }

    /// <summary>It did not answer in time: its word for its connections no longer counts. If it lives, it renews them.</summary>
    private void Lose(IGatewayObserver gateway, string gatewayId, Exception exception)
    {
        LogGatewayGone(exception, UserId, gatewayId);
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
            Drop([.. _connections.All.Where(connection => report.NotConnected.Contains(connection.ConnectionId))]);
        }
        catch (Exception exception)
        {
            if (_gateways.GetValueOrDefault(gatewayId) == link)
                Lose(link.Gateway, gatewayId, exception);
        }
    }

    private async Task Displace(Connection old)
    {
        if (_gateways.TryGetValue(old.GatewayId, out var link))
            await _background.UntilDoneOrGivenUp("the displacing of a connection", () => link.Gateway.Displace(old.ConnectionId));
    }

    /// <summary>What these connections were to be told meanwhile is not known here; their devices know what they have seen.</summary>
    private void Resync(IGatewayObserver gateway, ImmutableArray<string> connectionIds) => _ = _background.UntilDoneOrGivenUp("the resync of connections", async () =>
    {
        await gateway.Resync(connectionIds);
        _unsynced.ExceptWith(connectionIds);
    });

    /// <summary>A device is there (again): its calls are told, waiting signals go out, and a ring it has not had is sent.</summary>
    private void Joined(Connection connection)
    {
        foreach (var call in _calls.All)
        {
            if (call.BoundDeviceId == connection.DeviceId)
                TellPresence(call);
            if (_rings.TryGetValue(call.CallId, out var ring) && IsRinging(call.CallId))
                SendRing(ring, [connection], joins: true);
        }
    }

    private void EmptyMailboxes(Connection connection)
    {
        foreach (var mailbox in _mailboxes.Values)
            foreach (var signal in mailbox.Take(connection.DeviceId))
                Deliver(signal, [connection]);
    }

    private void Drop(ImmutableArray<Connection> connections)
    {
        foreach (var connection in connections)
            _connections.Remove(connection.ConnectionId);
        if (connections.Length > 0)
            Gone(connections);
        Schedule();
    }

    private void Gone(ImmutableArray<Connection> connections)
    {
        _unsynced.ExceptWith(connections.Select(c => c.ConnectionId));
        foreach (var device in connections.Select(c => c.DeviceId).Distinct().Where(id => !_connections.Has(id)))
        {
            foreach (var ring in _rings.Values)
                ring.SendFailed(device);
            foreach (var call in _calls.All.Where(c => c.BoundDeviceId == device && c.BoundDeviceHasSocket))
                TellPresence(call);
        }

        PushDue();
        if (_connections.Any)
            return;
        _lastSeen = Now;
        TellWatchers();
    }

    /// <summary>Tells a call whether its bound device is there: as it is when the word leaves, so that a late try says nothing stale.</summary>
    private void TellPresence(OpenCall call) => _ = _background.UntilDoneOrGivenUp("the presence of a device", () => GrainFactory.GetCall(call.CallId).Execute(new DevicePresence
    {
        UserId = UserId, DeviceId = call.BoundDeviceId!, Connected = _connections.Has(call.BoundDeviceId!),
    }));

    /// <summary>Sends an event to the devices it is for; a signal for a device that is away a moment waits for it.</summary>
    private void Send(Envelope envelope, string? callId)
    {
        var connections = _connections.For(envelope).ToList();
        var signal = envelope.OnlyDevice is not null ? envelope.Event as SignalReceived : null;
        // What has to wait for the device to come back must not be overtaken by what comes after it.
        var waiting = signal is not null && callId is not null && _mailboxes.TryGetValue(callId, out var mailbox)
            && mailbox.Has(envelope.OnlyDevice!);
        if (connections.Count > 0 && !waiting)
            Deliver(envelope.Event, connections);
        else if (signal is not null && callId is not null)
            Keep(callId, envelope.OnlyDevice!, signal);
    }

    private void Keep(string callId, string deviceId, SignalReceived signal)
    {
        if (_calls.Find(callId) is null)
            return;
        if (!_mailboxes.TryGetValue(callId, out var mailbox))
            _mailboxes.Add(callId, mailbox = new Mailbox());
        mailbox.Add(deviceId, signal);
    }

    private void Deliver(ClientEvent what, List<Connection> connections)
    {
        if (connections.Count == 1)
        {
            var only = connections[0];
            DeliverTo(only.GatewayId, what, [only.ConnectionId]);
            return;
        }

        foreach (var group in connections.GroupBy(c => c.GatewayId))
            DeliverTo(group.Key, what, [.. group.Select(c => c.ConnectionId)]);
    }

    private void DeliverTo(string gatewayId, ClientEvent what, ImmutableArray<string> connectionIds)
    {
        if (_gateways.TryGetValue(gatewayId, out var link))
            link.Deliver(new Delivery { UserId = UserId, ConnectionIds = connectionIds, Event = what, TraceParent = CallTrace.HereAsText });
    }

    private void Delivered(Delivery delivery, ImmutableArray<string> notConnected)
    {
        if (delivery.Event is CallIncoming incoming)
            ReportRing(incoming.CallId, delivery, notConnected);
        if (delivery.Event is TestRing test)
            TestDelivered(test.TestId, delivery, notConnected);
        if (notConnected.IsEmpty)
            return;
        Drop([.. _connections.All.Where(c => notConnected.Contains(c.ConnectionId))]);
        // The connection may have been dropped for a signal before this one.
        if (delivery.Event is SignalReceived signal && _calls.Find(signal.CallId)?.BoundDeviceId is { } device && !_connections.Has(device))
            Keep(signal.CallId, device, signal);
    }
}
