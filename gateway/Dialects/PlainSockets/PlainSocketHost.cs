using Microsoft.AspNetCore.Http.Features;

namespace OrleansCalls.Gateway.Dialects.PlainSockets;

/// <summary>Accepts plain WebSockets for dialects.</summary>
public sealed class PlainSocketHost(GatewayOptions options, DrainState drain, TimeProvider time)
{
    private const string TokenProtocol = "bearer";

    // As long as hub clients have to show a sign of life.
    private static readonly TimeSpan PongTime = HubSetup.ClientTimeout - HubSetup.KeepAlive;

    /// <summary>Whether a request wants to become a WebSocket.</summary>
    public static bool IsUpgrade(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return (context.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest == true
                && string.Equals(context.Request.Headers.Upgrade, "websocket", StringComparison.OrdinalIgnoreCase))
            || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: "websocket" };
    }

    /// <summary>Maps a path whose requests become WebSockets; all others are told that they should.</summary>
    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder routes, string path, RequestDelegate serve)
    {
        ArgumentNullException.ThrowIfNull(routes);
        var pipeline = routes.CreateApplicationBuilder();
        pipeline.Use((context, next) =>
        {
            PulseUpgrade.Prepare(context.Features);
            return next(context);
        });
        pipeline.UseWebSockets(new WebSocketOptions { KeepAliveInterval = HubSetup.KeepAlive, KeepAliveTimeout = PongTime });
        pipeline.Run(serve);
        return routes.Map(path, pipeline.Build()).WithDisplayName($"WebSocket {path}");
    }

    /// <summary>Accepts the socket.</summary>
    /// <exception cref="CallException">It does not want to be one, or this server is not there for it.</exception>
    public async Task<PlainLine> Accept(HttpContext context, object? purpose = null, bool isStranger = false)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!context.WebSockets.IsWebSocketRequest)
            throw CallException.Invalid("This address is for WebSockets.");
        drain.Refuse();

        // A browser that names protocols wants one of them; which one does not matter here.
        var protocols = context.WebSockets.WebSocketRequestedProtocols;
        var protocol = protocols.FirstOrDefault(p => p == TokenProtocol) ?? (protocols.Count > 0 ? protocols[0] : null);
        var socket = await context.WebSockets.AcceptWebSocketAsync(protocol);
        var pulse = context.Features.Get<PulseUpgrade>()!.Stream!;
        var line = new PlainLine(socket, pulse, options.QueueLength, time) { Purpose = purpose };
        if (!isStranger)
            line.Trust();
        return line;
    }

    /// <summary>
    /// Moves the token of a WebSocket from where browsers can put it (<c>token</c> or <c>access_token</c> in the query, or the
    /// protocols <c>bearer, {token}</c>) to where all tokens are, before anything can log the address with the token in it.
    /// </summary>
    internal static string? TokenOf(HttpRequest request)
    {
        if (request.Query.TryGetValue("token", out var token) || request.Query.TryGetValue("access_token", out token))
            return token;
        return request.Headers.SecWebSocketProtocol.ToString().Split(',', StringSplitOptions.TrimEntries) is [TokenProtocol, var second, ..]
            ? second
            : null;
    }
}
