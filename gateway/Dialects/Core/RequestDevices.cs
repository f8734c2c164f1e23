namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>Which device makes a request, where clients have sockets that only listen and give commands over REST.</summary>
public sealed class RequestDevices(IGrainFactory grains, Perseverance persevering)
{
    /// <summary>
    /// Requests do not say which device makes them, and what is told to "the other devices" depends on it. It is the one that token or
    /// request name, else among those that are connected one that came with the same token, one of the same program, the only one.
    /// Where there are several, the one that came last: it is the likeliest to be in somebody's hand.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="me">Who makes it, with a device if token or request name one.</param>
    /// <param name="token">The token that it came with.</param>
    /// <param name="deviceTags">What the sockets of such clients are counted as: <see cref="IDialect.DeviceTag"/>.</param>
    public async Task<Actor> ActorOf(HttpContext context, Actor me, string? token, ImmutableArray<string> deviceTags)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(me);
        var inspection = await persevering.Ask(() => grains.GetUser(me.UserId).Inspect());
        var platforms = deviceTags.Select(DialectSession.PlatformOf).ToHashSet();
        var connected = inspection.Connections.Where(c => platforms.Contains(c.Platform ?? "")).OrderByDescending(c => c.ConnectedAt)
            .Select(c => c.DeviceId).Distinct().ToImmutableArray();
        var login = DialectDevice.Login(token);
        var programs = deviceTags.Select(tag => DialectDevice.Program(tag, context.Request.Headers.UserAgent)).ToList();
        var likely = connected
            .Select(id => (Id: id, Login: NamelessDevice.LoginOf(id) == login, Program: programs.Exists(program => DialectDevice.IsOf(program, id))))
            .Where(other => other.Login || other.Program)
            .OrderByDescending(other => other.Login).ThenByDescending(other => other.Program).Select(other => other.Id).FirstOrDefault();
        var device = me.DeviceId ?? likely ?? (connected is [var only] ? only : null);
        return me with { DeviceId = device, OverSocket = device is not null && connected.Contains(device) };
    }
}
