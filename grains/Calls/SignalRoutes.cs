namespace OrleansCalls.Calls;

/// <summary>
/// Sends signals from the call directly to the bound device's gateway. A signal takes this route only if nothing sent earlier can
/// still be pending in the user's grain. The gateway compares the numbers of the last event and signal with those sent to the
/// connection, and rejects a signal that is not the next one.
/// </summary>
internal sealed class SignalRoutes(LocalGateways local)
{
    private readonly Dictionary<string, Way> _ways = new(StringComparer.Ordinal);

    /// <summary>Stores where a party's bound device is connected.</summary>
    public void Learn(Actor actor)
    {
        if (actor is not { DeviceId: { } device, Route: { } route })
            return;
        var way = WayTo(actor.UserId);
        if (way.Route?.ConnectionId != route.ConnectionId)
            (way.DeviceId, way.Route, way.Gateway) = (device, route, local.Find(route.GatewayId) ?? route.Gateway);
    }

    /// <summary>Numbers the signals of a notice, in the order in which they are sent to its user.</summary>
    public UserNotice Numbered(UserNotice notice)
    {
        for (var i = 0; i < notice.Events.Length; i++)
        {
            if (notice.Events[i] is not { Event: SignalReceived signal } envelope)
                continue;
            var number = ++WayTo(notice.UserId).Numbered;
            notice = notice with { Events = notice.Events.SetItem(i, envelope with { Event = signal with { Number = number } }) };
        }

        return notice;
    }

    /// <summary>Records that the user's grain has accepted a notice.</summary>
    public void Notified(UserNotice notice)
    {
        foreach (var envelope in notice.Events)
            if (envelope.Event is CallEvent { Seq: > 0 and var seq } && WayTo(notice.UserId) is var way && seq > way.LastSeq)
                way.LastSeq = seq;
    }

    /// <summary>Sends a signal to the gateway. Returns false if it must be sent through the user's grain.</summary>
    public async Task<bool> TrySend(UserNotice notice)
    {
        // The first signal of a connection is sent through the user's grain, which may keep others for the device.
        if (notice.Events is not [{ Event: SignalReceived { Number: > 1 } signal, OnlyDevice: { } device }]
            || !_ways.TryGetValue(notice.UserId, out var way) || way is not { Route: { } route, Gateway: { } gateway }
            || way.DeviceId != device)
            return false;
        try
        {
            return await gateway.Signal(
                new Delivery
                {
                    UserId = notice.UserId, ConnectionIds = [route.ConnectionId], Event = signal,
                    TraceParent = CallTrace.HereAsText,
                },
                way.LastSeq);
        }
        catch (Exception)
        {
            // The gateway is gone, or of a version without direct routes; the user's grain has the device's current gateway.
            (way.Route, way.Gateway) = (null, null);
            return false;
        }
    }

    private Way WayTo(string userId)
    {
        if (!_ways.TryGetValue(userId, out var way))
            _ways.Add(userId, way = new Way());
        return way;
    }

    private sealed class Way
    {
        public string? DeviceId { get; set; }

        public Route? Route { get; set; }

        public IGatewayObserver? Gateway { get; set; }

        public long Numbered { get; set; }

        public long LastSeq { get; set; }
    }
}
