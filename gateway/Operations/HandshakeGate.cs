namespace OrleansCalls.Gateway.Operations;

/// <summary>
/// Refuses a hub handshake before SignalR has spent anything on it: while draining, and with a device that cannot be. (Those
/// without a good token do not even come this far.)
/// </summary>
internal static class HandshakeGate
{
    private static readonly TimeSpan Elsewhere = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Nothing that needs a grain before the first silo was found: an Orleans client that is not connected does not even know what
    /// grains there are.
    /// </summary>
    public static void UseStartGate(this IApplicationBuilder app)
    {
        var started = app.ApplicationServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted;
        app.Use((context, next) => started.IsCancellationRequested
            || !(context.Request.Path.StartsWithSegments("/hubs") || context.Request.Path.StartsWithSegments("/api"))
            ? next(context)
            : throw new CallException(new CallError
            {
                Code = CallErrorCode.Unavailable, Detail = "This server is still starting.", RetryAfter = Elsewhere,
            }));
    }

    /// <summary>Puts the gate in front of all hubs.</summary>
    public static void UseHandshakeGate(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (!context.Request.Path.StartsWithSegments("/hubs"))
            return next(context);
        if (context.RequestServices.GetRequiredService<DrainState>().IsDraining)
        {
            throw new CallException(new CallError
            {
                Code = CallErrorCode.Unavailable, Detail = "This server is going away; connect again.", RetryAfter = Elsewhere,
            });
        }

        if (context.User.Identity?.IsAuthenticated == true)
        {
            context.User.UserId();
            context.User.DeviceId(context.Request.Query["deviceId"]);
            HubConnections.PlatformOf(context.Request.Query["platform"]);
        }

        return next(context);
    });
}
