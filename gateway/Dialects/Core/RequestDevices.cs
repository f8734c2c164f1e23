namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>Determines the device behind a REST request, for clients whose sockets only listen.</summary>
public sealed class RequestDevices(IGrainFactory grains, GrainRetry retry)
{
    /// <summary>
    /// Returns the actor of a request; the device decides who counts as "the other devices". It is the one named by token or
    /// request, else a connected one with the same token, else one of the same program, else the only one. Among several the
    /// newest is chosen, as the one most likely in use.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="me">The user, with a device if token or request names one.</param>
    /// <param name="token">The request's token.</param>
    /// <param name="deviceTags">The <see cref="IDialect.DeviceTag"/> of such clients' sockets.</param>
    public async Task<Actor> ActorOf(HttpContext context, Actor me, string? token, ImmutableArray<string> deviceTags)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(me);
        var inspection = await retry.Ask(() => grains.GetUser(me.UserId).Inspect());
        var platforms = deviceTags.Select(DialectSession.PlatformOf).ToHashSet();
        var connected = inspection.Connections.Where(c => platforms.Contains(c.Platform ?? ""))
            .OrderByDescending(c => c.ConnectedAt)
            .Select(c => c.DeviceId).Distinct().ToImmutableArray();
        var login = DialectDevice.Login(token);
        var programs = deviceTags.Select(tag => DialectDevice.Program(tag, context.Request.Headers.UserAgent)).ToList();
        var likely = connected
            .Select(
                id => (Id: id, Login: NamelessDevice.LoginOf(id) == login,
                    Program: programs.Exists(program => DialectDevice.IsOf(program, id))))
            .Where(other => other.Login || other.Program)
            .OrderByDescending(other => other.Login).ThenByDescending(other => other.Program)
            .Select(other => other.Id).FirstOrDefault();
        var device = me.DeviceId ?? likely ?? (connected is [var only] ? only : null);
        return me with { DeviceId = device, OverSocket = device is not null && connected.Contains(device) };
    }
}
