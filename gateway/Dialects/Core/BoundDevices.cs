namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>
/// Which devices without a name are in a call and have no socket that answers: a client that comes back without saying which device
/// it is, perhaps to another gateway, goes on as that one. A device that does answer is never taken from whoever has it.
/// </summary>
public sealed class BoundDevices(IGrainFactory grains, ConnectionRegistry registry, TimeProvider time, ILogger<BoundDevices> log)
{
    // Longer than a device has to answer (DialectSession), or a silent gateway.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Devices that the client may have been.</summary>
    public async Task<ImmutableArray<string>> WithoutSocket(DialectClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        var user = grains.GetUser(client.UserId);
        try
        {
            var (free, connected) = Look(client, await user.Inspect());
            var silent = (await Task.WhenAll(connected.Select(Probe))).OfType<string>();
            ImmutableArray<Connection> elsewhere = [.. connected.Where(connection => !registry.TryGet(connection.ConnectionId, out _))];
            return [.. free, .. silent, .. elsewhere.IsEmpty ? [] : await Elsewhere(client, user, elsewhere)];
        }
        catch (Exception exception)
        {
            // It is a new device then.
            GatewayLog.DevicesUnseen(log, exception, client.UserId);
            return [];
        }
    }

    // The device, if it is connected here and does not answer.
    private async Task<string?> Probe(Connection lease) =>
        registry.TryGet(lease.ConnectionId, out var connection) && !await connection.Probe() ? lease.DeviceId : null;

    // Those that do not answer are closed by their gateway; a gateway that does not answer is gone with all of its own.
    private async Task<ImmutableArray<string>> Elsewhere(DialectClient client, IUserGrain user, ImmutableArray<Connection> asked)
    {
        await user.Probe([.. asked.Select(connection => connection.ConnectionId)]);
        for (var started = time.GetTimestamp(); ; await Task.Delay(Pause, time))
        {
            var free = Look(client, await user.Inspect()).Free.Intersect(asked.Select(connection => connection.DeviceId)).ToImmutableArray();
            if (free.Length == asked.Length || time.GetElapsedTime(started) >= Patience)
                return free;
        }
    }

    private static (ImmutableArray<string> Free, ImmutableArray<Connection> Connected) Look(DialectClient client, UserInspection user)
    {
        var bound = user.OpenCalls.Select(call => call.BoundDeviceId).OfType<string>().Where(client.MayHaveBeen).Distinct().ToList();
        var connected = user.Connections.Where(connection => bound.Contains(connection.DeviceId)).ToList();
        return ([.. bound.Except(connected.Select(connection => connection.DeviceId))],
            [.. connected]);
    }
}
