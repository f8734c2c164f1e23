namespace OrleansCalls.Gateway.SocketIo;

/// <summary>The HTTP endpoint: finds the session of a request, or rejects the request.</summary>
internal sealed class SocketIoEndpoint(EngineSessions sessions)
{
    private const string Version = "4";

    public Task Handle(HttpContext context)
    {
        var query = context.Request.Query;
        string? transport = query["transport"];
        if (transport is not ("polling" or "websocket"))
            return EngineError.UnknownTransport.Write(context);
        var webSocket = transport == "websocket";
        if (webSocket != context.WebSockets.IsWebSocketRequest)
            return EngineError.BadRequest.Write(context);
        if (!query.TryGetValue("sid", out var sid))
            return Begin(context, webSocket);
        if (sessions.Find(sid.ToString()) is not { } session)
            return EngineError.UnknownSession.Write(context);
        return webSocket ? Upgrade(context, session) : PollingTransport.Handle(context, session);
    }

    private Task Begin(HttpContext context, bool webSocket)
    {
        if (!webSocket && !HttpMethods.IsGet(context.Request.Method))
            return EngineError.BadHandshakeMethod.Write(context);
        if (context.Request.Query["EIO"] != Version)
            return EngineError.UnsupportedVersion.Write(context);
        if (sessions.Open(SocketIoHandshake.Of(context), webSocket, out var error) is not { } session)
            return error!.Write(context);
        return webSocket ? BeginWebSocket(context, session) : PollingTransport.Poll(context, session);
    }

    private async Task BeginWebSocket(HttpContext context, EngineSession session)
    {
        try
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await new WebSocketTransport(socket, session, sessions.Services).Run();
        }
        finally
        {
            session.Abort(DisconnectReason.TransportClosed);
        }
    }

    private async Task Upgrade(HttpContext context, EngineSession session)
    {
        if (!session.Transport.TryBeginUpgrade())
        {
            await EngineError.BadRequest.Write(context);
            return;
        }

        try
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var transport = new WebSocketTransport(socket, session, sessions.Services);
            if (await transport.Upgrade())
            {
                session.Transport.EndUpgrade();
                await transport.Run();
            }
        }
        finally
        {
            session.Transport.GiveUpUpgrade();
        }
    }
}
