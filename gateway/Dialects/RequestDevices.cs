namespace OrleansCalls.Gateway.Dialects;

/// <summary>Which device makes a request, where clients have sockets that only listen and give commands over REST.</summary>
public sealed class RequestDevices(IGrainFactory grains, Perseverance persevering)
{
    /// <summary>
    /// Requests do not say which device makes them, and what is told to "the other devices" depends on it: it is the one that token or
    /// request name, else a connected one of the same program, else the only connected one.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="userId">Who makes it.</param>
    /// <param name="name">Display name.</param>
    /// <param name="named">The device that token or request name; null if none does.</param>
    /// <param name="dialects">What the sockets of such clients are counted as.</param>
    public async Task<Actor> ActorOf(HttpContext context, string userId, string? name, string? named, ImmutableArray<string> dialects)
    {
        ArgumentNullException.ThrowIfNull(context);
        var inspection = await persevering.Ask(() => grains.GetUser(userId).Inspect());
        var platforms = dialects.Select(DialectSession.PlatformOf).ToHashSet();
        var connected = inspection.Connections.Where(c => platforms.Contains(c.Platform ?? "")).Select(c => c.DeviceId).Distinct().ToList();
        var ofProgram = dialects.Select(dialect => DialectDevice.OfProgram(dialect, context.Request.Headers.UserAgent))
            .FirstOrDefault(connected.Contains);
        var device = named ?? ofProgram ?? (connected is [var only] ? only : null);
        return new Actor { UserId = userId, Name = name, DeviceId = device, OverSocket = device is not null && connected.Contains(device) };
    }
}
