using Microsoft.AspNetCore.Http.Features;

namespace OrleansCalls.Gateway.Dialects.PlainSockets;

/// <summary>Accepts the plain WebSockets of dialects.</summary>
public sealed class PlainSocketHost(GatewayOptions options, DrainState drain, TimeProvider time)
{
    private const string TokenProtocol = "bearer";

    // The same response time as for hub clients.
    private static readonly TimeSpan PongTime = HubSetup.ClientTimeout - HubSetup.KeepAlive;

    /// <summary>Returns true if a request is a WebSocket upgrade.</summary>
    public static bool IsUpgrade(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return (context.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest == true
                && string.Equals(context.Request.Headers.Upgrade, "websocket", StringComparison.OrdinalIgnoreCase))
            || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: "websocket" };
    }

    /// <summary>Maps a path for WebSockets; other requests are rejected.</summary>
    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder routes, string path, RequestDelegate serve)
    {
        ArgumentNullException.ThrowIfNull(routes);
        var pipeline = routes.CreateApplicationBuilder();
        pipeline.Use((context, next) =>
        {
            PingUpgrade.Prepare(context.Features);
            return next(context);
        });
        pipeline.UseWebSockets(new WebSocketOptions { KeepAliveInterval = HubSetup.KeepAlive, KeepAliveTimeout = PongTime });
        pipeline.Run(serve);
        return routes.Map(path, pipeline.Build()).WithDisplayName($"WebSocket {path}");
    }

    /// <summary>Accepts the socket.</summary>
    /// <exception cref="CallException">The request is not an upgrade, or this server is draining.</exception>
    public async Task<PlainSocket> Accept(HttpContext context, object? purpose = null, bool isUnregistered = false)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!context.WebSockets.IsWebSocketRequest)
            throw CallException.Invalid("This address is for WebSockets.");
        drain.Refuse();

        // A browser that offers subprotocols requires one of them in the response; any will do.
        var protocols = context.WebSockets.WebSocketRequestedProtocols;
        var protocol = protocols.FirstOrDefault(p => p == TokenProtocol) ?? (protocols.Count > 0 ? protocols[0] : null);
        var webSocket = await context.WebSockets.AcceptWebSocketAsync(protocol);
        var pings = context.Features.Get<PingUpgrade>()!.Stream!;
        var socket = new PlainSocket(webSocket, pings, options.QueueLength, time) { Purpose = purpose };
        if (!isUnregistered)
            socket.Trust();
        return socket;
    }

    /// <summary>
    /// Moves the token of a WebSocket from the places open to browsers (<c>token</c> or <c>access_token</c> in the query, or
    /// the subprotocols <c>bearer, {token}</c>) to the header, before the address can be logged with it.
    /// </summary>
    internal static string? TokenOf(HttpRequest request)
    {
        if (request.Query.TryGetValue("token", out var token) || request.Query.TryGetValue("access_token", out token))
            return token;
        return request.Headers.SecWebSocketProtocol.ToString().Split(',', StringSplitOptions.TrimEntries)
            is [TokenProtocol, var second, ..]
            ? second
            : null;
    }
}
