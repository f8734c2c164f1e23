using OrleansCalls.Gateway.Dialects;

namespace OrleansCalls.Gateway.Operations;

/// <summary>
/// Refuses hub handshakes before SignalR allocates anything: while draining, and with an invalid device id. Requests without a
/// valid token are rejected earlier.
/// </summary>
internal static class HandshakeGate
{
    private const string Hubs = "/hubs";
    private const string NodeHeader = "X-Calls-Node";
    private const string NodeCookie = "calls-node";
    private static readonly TimeSpan Elsewhere = TimeSpan.FromSeconds(1);

    private static readonly ImmutableArray<string> NeedGrains = ["/hubs", "/api", "/ws", "/calls", "/socket.io"];

    /// <summary>
    /// Refuses what needs a grain before the first silo is found: until then an Orleans client knows no grain types.
    /// </summary>
    public static void UseStartGate(this IApplicationBuilder app)
    {
        var started = app.ApplicationServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted;
        app.Use((context, next) => started.IsCancellationRequested
            || !NeedGrains.Any(path => context.Request.Path.StartsWithSegments(path))
            ? next(context)
            : throw CallException.Unavailable("This server is still starting.", Elsewhere));
    }

    /// <summary>
    /// Applies the gate to all hubs, and excludes Socket.IO, whose clients would not reconnect after a refusal.
    /// </summary>
    public static void UseHandshakeGate(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Request.Path.StartsWithSegments(DialectSetup.SocketIoPath) && !context.Request.Query.ContainsKey("sid"))
            context.RequestServices.GetRequiredService<DrainState>().Refuse();
        if (!context.Request.Path.StartsWithSegments(Hubs))
            return next(context);
        HelpProxies(context);
        // Requests of an established connection pass until the drain closes it.
        if (!IsOfConnection(context.Request))
            context.RequestServices.GetRequiredService<DrainState>().Refuse();
        if (context.User.Identity?.IsAuthenticated == true)
        {
            context.User.ToActor(context.Request.Query["deviceId"]);
            HubConnections.PlatformOf(context.Request.Query["platform"]);
        }

        return Serve(context, next);
    });

    /// <summary>
    /// Returns true if a request belongs to a hub connection that was counted at negotiation: a poll, a message, an event
    /// stream or the following WebSocket.
    /// </summary>
    public static bool IsOfConnection(HttpRequest request) =>
        request.Path.StartsWithSegments(Hubs) && request.Query.ContainsKey("id");

    private static async Task Serve(HttpContext context, RequestDelegate next)
    {
        var drain = context.RequestServices.GetRequiredService<DrainState>();
        drain.Enter();
        try
        {
            await next(context);
        }
        finally
        {
            drain.Exit();
        }
    }

    // All requests of a negotiated connection must reach this process, and proxies must not buffer its streams.
    private static void HelpProxies(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers["X-Accel-Buffering"] = "no";
        if (context.RequestServices.GetRequiredService<GatewayOptions>().Node is not { } node)
            return;
        headers[NodeHeader] = node;
        context.Response.Cookies.Append(NodeCookie, node, new CookieOptions
        {
            Path = Hubs,
            HttpOnly = true,
            Secure = context.Request.IsHttps,
            // A page of another origin (Cors__Origins) sends the cookie only with SameSite=None, which browsers accept over TLS
            // only.
            SameSite = context.Request.IsHttps ? SameSiteMode.None : SameSiteMode.Lax,
        });
    }
}
