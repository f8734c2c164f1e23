using OrleansCalls.Gateway.Dialects;

namespace OrleansCalls.Gateway.Operations;

/// <summary>
/// Refuses a hub handshake before SignalR has spent anything on it: while draining, and with a device that cannot be. (Those
/// without a good token do not even come this far.)
/// </summary>
internal static class HandshakeGate
{
    private const string Hubs = "/hubs";
    private const string NodeHeader = "X-Calls-Node";
    private const string NodeCookie = "calls-node";
    private static readonly TimeSpan Elsewhere = TimeSpan.FromSeconds(1);

    private static readonly ImmutableArray<string> NeedGrains = ["/hubs", "/api", "/ws", "/calls", "/socket.io"];

    /// <summary>
    /// Nothing that needs a grain before the first silo was found: an Orleans client that is not connected does not even know what
    /// grains there are.
    /// </summary>
    public static void UseStartGate(this IApplicationBuilder app)
    {
        var started = app.ApplicationServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted;
        app.Use((context, next) => started.IsCancellationRequested
            || !NeedGrains.Any(path => context.Request.Path.StartsWithSegments(path))
            ? next(context)
            : throw CallException.Unavailable("This server is still starting.", Elsewhere));
    }

    /// <summary>Puts the gate in front of all hubs, and of Socket.IO: refused there, clients would not come back by themselves.</summary>
    public static void UseHandshakeGate(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Request.Path.StartsWithSegments(DialectSetup.SocketIoPath) && !context.Request.Query.ContainsKey("sid"))
            context.RequestServices.GetRequiredService<DrainState>().Refuse();
        if (!context.Request.Path.StartsWithSegments(Hubs))
            return next(context);
        HelpProxies(context);
        // A connection that is there goes on until it is told to leave, over whatever number of requests.
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
    /// Whether a request belongs to a hub connection that has been counted when it was negotiated: a poll, a message, an event stream or the
    /// WebSocket that follows.
    /// </summary>
    public static bool IsOfConnection(HttpRequest request) => request.Path.StartsWithSegments(Hubs) && request.Query.ContainsKey("id");

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

    // All requests of a negotiated connection must reach this process, and what is streamed must not be held back.
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
            // A page of another origin, which Cors__Origins lets in, brings it only so, and browsers take that over TLS only.
            SameSite = context.Request.IsHttps ? SameSiteMode.None : SameSiteMode.Lax,
        });
    }
}
