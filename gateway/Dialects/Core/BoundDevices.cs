namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>
/// Finds unnamed devices that are in a call and have no live socket. A client that reconnects without a device id, perhaps to
/// another gateway, continues as that device. A device with a live socket is never reassigned.
/// </summary>
public sealed class BoundDevices(IGrainFactory grains, ConnectionRegistry registry, TimeProvider time, ILogger<BoundDevices> log)
{
    // Longer than a device (DialectSession), or a silent gateway, has to respond.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Returns the devices that the client may have been before.</summary>
    public async Task<ImmutableArray<string>> WithoutSocket(DialectClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        var user = grains.GetUser(client.UserId);
        try
        {
            var (free, connected) = Look(client, await user.Inspect());
            var silent = (await Task.WhenAll(connected.Select(Probe))).OfType<string>();
            ImmutableArray<Connection> elsewhere =
            [
                .. connected.Where(connection => !registry.TryGet(connection.ConnectionId, out _)),
            ];
            return [.. free, .. silent, .. elsewhere.IsEmpty ? [] : await Elsewhere(client, user, elsewhere)];
        }
        catch (Exception exception)
        {
            // The client gets a new device id.
            GatewayLog.DevicesUnseen(log, exception, client.UserId);
            return [];
        }
    }

    // Returns the device if it is connected here and does not respond.
    private async Task<string?> Probe(Connection lease) =>
        registry.TryGet(lease.ConnectionId, out var connection) && !await connection.Probe() ? lease.DeviceId : null;

    // A gateway closes devices that do not respond; a gateway that does not reply is gone with all of its devices.
    private async Task<ImmutableArray<string>> Elsewhere(DialectClient client, IUserGrain user, ImmutableArray<Connection> asked)
    {
        await user.Probe([.. asked.Select(connection => connection.ConnectionId)]);
        for (var started = time.GetTimestamp(); ; await Task.Delay(Pause, time))
        {
            var free = Look(client, await user.Inspect()).Free
                .Intersect(asked.Select(connection => connection.DeviceId)).ToImmutableArray();
            if (free.Length == asked.Length || time.GetElapsedTime(started) >= Patience)
                return free;
        }
    }

    private static (ImmutableArray<string> Free, ImmutableArray<Connection> Connected) Look(
        DialectClient client, UserInspection user)
    {
        var bound = user.OpenCalls.Select(call => call.BoundDeviceId).OfType<string>()
            .Where(client.MayHaveBeen).Distinct().ToList();
        var connected = user.Connections.Where(connection => bound.Contains(connection.DeviceId)).ToList();
        return ([.. bound.Except(connected.Select(connection => connection.DeviceId))],
            [.. connected]);
    }
}
