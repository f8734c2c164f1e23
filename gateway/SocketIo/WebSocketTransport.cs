using System.Net.WebSockets;

namespace OrleansCalls.Gateway.SocketIo;

/// <summary>A session over a WebSocket: every packet is a text message.</summary>
internal sealed class WebSocketTransport(WebSocket socket, EngineSession session, EngineServices services)
{
    private readonly WebSocketReader _reader = new(socket, () => session.MaxPayload);

    /// <summary>Upgrades from polling. Returns false if the client did not complete it; its polling goes on.</summary>
    public async Task<bool> Upgrade()
    {
        using var patience = new CancellationTokenSource(services.Options.UpgradeTimeout, services.Time);
        using var asked = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, session.Ended);
        // A client whose probe was answered has paused its polling: if the session ends now, it is closed over the WebSocket,
        // since socket.io-client would notice the end of polling only by the missing heartbeat.
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, session.Gone);
        try
        {
            await Expect(EnginePacket.ProbePing, asked.Token);
            await Send(EnginePacket.ProbePong, answered.Token);
            session.Transport.Probed();
            await Expect(EnginePacket.Upgrade, answered.Token);
            return true;
        }
        catch (ProtocolException exception)
        {
            SocketIoLog.UpgradeFailed(services.Log, session.Name, exception.Message);
            await CloseOutput(exception.Status);
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            SocketIoLog.UpgradeFailed(
                services.Log, session.Name, patience.IsCancellationRequested ? "too late" : "its WebSocket closed");
        }

        return false;
    }

    /// <summary>Sends and receives packets until the session is gone.</summary>
    public async Task Run()
    {
        var writing = Write();
        try
        {
            await Read();
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // The socket was dropped, or the session is gone.
        }
        finally
        {
            session.Abort(DisconnectReason.TransportClosed);
        }

        await writing;
        if (socket.State == WebSocketState.CloseReceived)
            await CloseOutput(WebSocketCloseStatus.NormalClosure);
    }

    private static bool IsEnd(Exception exception) =>
        exception is WebSocketException or OperationCanceledException or IOException;

    private async Task Read()
    {
        try
        {
            while (await Next(session.Gone) is { } message)
                await session.Receive(message);
        }
        catch (ProtocolException exception)
        {
            session.Violate(exception);
            await _reader.Skip(session.Gone);
        }
    }

    private async ValueTask<ReadOnlyMemory<byte>?> Next(CancellationToken cancellation)
    {
        var (what, message) = await _reader.Read(cancellation);
        return what switch
        {
            Incoming.Text => message,
            // Without the type null would convert to an empty message.
            Incoming.Close => (ReadOnlyMemory<byte>?)null,
            Incoming.Binary => throw ProtocolException.Binary(),
            _ => throw ProtocolException.TooLarge(),
        };
    }

    private async Task Write()
    {
        try
        {
            while (await session.Outbox.Wait(session.Gone))
            {
                while (session.Outbox.TryTake(out var packet))
                    await Send(packet, session.Gone);
            }

            await Send(EnginePacket.Close, session.Gone);
            await socket.CloseOutputAsync(session.CloseStatus, null, session.Gone);
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            session.Abort(DisconnectReason.TransportClosed);
        }
    }

    private async Task Expect(ReadOnlyMemory<byte> packet, CancellationToken cancellation)
    {
        if (await Next(cancellation) is not { } message || !message.Span.SequenceEqual(packet.Span))
            throw new ProtocolException("unexpected packet during the upgrade");
    }

    private Task Send(ReadOnlyMemory<byte> packet, CancellationToken cancellation) =>
        socket.SendAsync(packet, WebSocketMessageType.Text, endOfMessage: true, cancellation).AsTask();

    private async Task CloseOutput(WebSocketCloseStatus status)
    {
        using var patience = new CancellationTokenSource(services.Options.CloseTimeout, services.Time);
        try
        {
            await socket.CloseOutputAsync(status, null, patience.Token);
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // The socket is closed.
        }
    }
}
