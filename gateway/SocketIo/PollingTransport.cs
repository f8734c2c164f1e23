using System.Buffers;

namespace OrleansCalls.Gateway.SocketIo;

/// <summary>A session over HTTP long polling: one GET that waits for packets, and POSTs with packets of the client.</summary>
internal static class PollingTransport
{
    private const string TextType = "text/plain; charset=UTF-8";

    public static Task Handle(HttpContext context, EngineSession session)
    {
        if (session.Transport.IsWebSocket)
            return EngineError.BadRequest.Write(context);
        if (HttpMethods.IsGet(context.Request.Method))
            return Poll(context, session);
        return HttpMethods.IsPost(context.Request.Method) ? Post(context, session) : EngineError.BadRequest.Write(context);
    }

    /// <summary>Waits until there are packets, and responds with all of them.</summary>
    public static async Task Poll(HttpContext context, EngineSession session)
    {
        if (session.Transport.TryBeginPoll() is not { } poll)
        {
            session.Violate(new ProtocolException("two concurrent polls"));
            await EngineError.BadRequest.Write(context);
            return;
        }

        List<ReadOnlyMemory<byte>> packets;
        bool over;
        try
        {
            await Wait(session, poll.Token, context.RequestAborted);
            if (context.RequestAborted.IsCancellationRequested)
            {
                session.Abort(DisconnectReason.TransportClosed);
                return;
            }

            packets = Take(session, out over);
        }
        finally
        {
            session.Transport.EndPoll();
        }

        if (session.Gone.IsCancellationRequested)
        {
            await EngineError.UnknownSession.Write(context);
            return;
        }

        var sent = await Answer(context, Join(packets), session.Gone);
        if (over || !sent)
            session.Abort(sent ? session.Reason : DisconnectReason.TransportClosed);
    }

    private static async Task Wait(EngineSession session, CancellationToken released, CancellationToken aborted)
    {
        using var any = CancellationTokenSource.CreateLinkedTokenSource(released, aborted, session.Gone);
        try
        {
            await session.Outbox.Wait(any.Token);
        }
        catch (OperationCanceledException)
        {
            // The caller checks which token fired.
        }
    }

    private static List<ReadOnlyMemory<byte>> Take(EngineSession session, out bool over)
    {
        List<ReadOnlyMemory<byte>> packets = [];
        while (session.Outbox.TryTake(out var packet))
            packets.Add(packet);
        // The close packet is sent alone: socket.io-client handles it before other packets in the same body, which would be
        // lost.
        over = packets.Count == 0 && session.Outbox.IsOver;
        if (packets.Count == 0)
            packets.Add(over ? EnginePacket.Close : EnginePacket.Noop);
        return packets;
    }

    private static byte[] Join(List<ReadOnlyMemory<byte>> packets)
    {
        var body = new byte[packets.Sum(packet => packet.Length) + packets.Count - 1];
        var at = 0;
        foreach (var packet in packets)
        {
            if (at > 0)
                body[at++] = EnginePacket.Separator;
            packet.Span.CopyTo(body.AsSpan(at));
            at += packet.Length;
        }

        return body;
    }

    private static async Task Post(HttpContext context, EngineSession session)
    {
        if (!session.Transport.TryBeginPost())
        {
            session.Violate(new ProtocolException("two concurrent posts"));
            await EngineError.BadRequest.Write(context);
            return;
        }

        EngineError? error = null;
        try
        {
            await Receive(context.Request, session, session.MaxPayload);
        }
        catch (ProtocolException exception)
        {
            session.Violate(exception);
            error = exception.IsTooLarge ? EngineError.TooLarge : EngineError.BadRequest;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            session.Abort(DisconnectReason.TransportClosed);
            error = EngineError.UnknownSession;
        }
        finally
        {
            // Before the response: the client posts again as soon as it arrives.
            session.Transport.EndPost();
        }

        if (error is null)
            await Answer(context, "ok"u8.ToArray(), context.RequestAborted);
        else if (!context.RequestAborted.IsCancellationRequested)
            await error.Write(context);
    }

    private static async Task Receive(HttpRequest request, EngineSession session, int most)
    {
        if (request.ContentType?.StartsWith("application/octet-stream", StringComparison.OrdinalIgnoreCase) == true)
            throw ProtocolException.Binary();
        if (request.ContentLength > most)
            throw ProtocolException.TooLarge();
        var size = (int)(request.ContentLength ?? most) + 1;
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(request.HttpContext.RequestAborted, session.Gone);
            var length = await request.Body.ReadAtLeastAsync(
                buffer.AsMemory(0, size), size, throwOnEndOfStream: false, end.Token);
            if (length > most)
                throw ProtocolException.TooLarge();
            foreach (var packet in EnginePacket.Split(buffer.AsMemory(0, length)))
                await session.Receive(packet);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Returns false if the client has not received it.
    private static async Task<bool> Answer(HttpContext context, byte[] body, CancellationToken end)
    {
        context.Response.ContentType = TextType;
        context.Response.ContentLength = body.Length;
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            await context.Response.Body.WriteAsync(body, end);
            await context.Response.CompleteAsync();
            return !context.RequestAborted.IsCancellationRequested;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            context.Abort();
            return false;
        }
    }
}
