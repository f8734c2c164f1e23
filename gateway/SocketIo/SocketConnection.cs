using System.Threading.Channels;

namespace OrleansCalls.Gateway.SocketIo;

/// <summary>The Socket.IO layer of a session: dispatches the client's packets to the handler, one after another.</summary>
internal sealed class SocketConnection
{
    // A client sends its CONNECT and waits; events of an unconnected client are discarded anyway.
    private const int UnconnectedPackets = 8;

    private readonly EngineSession _session;
    private readonly EngineServices _services;
    private readonly SocketIoHandshake _handshake;
    private readonly Channel<SocketPacket> _inbox;
    private readonly ITimer _patience;
    private volatile SocketIoSocket? _socket;
    private int _connects;

    public SocketConnection(EngineSession session, EngineServices services, SocketIoHandshake handshake)
    {
        _session = session;
        _services = services;
        _handshake = handshake;
        _inbox = Channel.CreateBounded<SocketPacket>(
            new BoundedChannelOptions(services.Options.InboxLength) { SingleReader = true });
        _patience = services.Time.CreateTimer(
            _ => NotConnected(), null, services.Options.ConnectTimeout, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Queues a packet.</summary>
    public async ValueTask Receive(SocketPacket packet)
    {
        if (packet.Type == SocketPacketType.Ack)
        {
            // Handled out of order: a handler may be awaiting this acknowledgement.
            _socket?.Answered(packet.Id!.Value, packet.Data!.Value);
            return;
        }

        if (_session.IsUnconnected && _inbox.Reader.Count >= UnconnectedPackets)
            throw new ProtocolException("too many packets before the connection");
        while (await _inbox.Writer.WaitToWriteAsync())
        {
            if (_inbox.Writer.TryWrite(packet))
                return;
        }
    }

    /// <summary>Completes the inbox.</summary>
    public void End()
    {
        _patience.Dispose();
        _inbox.Writer.TryComplete();
    }

    /// <summary>Dispatches packets until the session ends.</summary>
    public async Task Run()
    {
        await foreach (var packet in _inbox.Reader.ReadAllAsync())
        {
            if (_session.IsClosedByServer)
                break;
            await Handle(packet);
        }

        if (_socket is { } socket)
            await Disconnect(socket, _session.Reason);
    }

    private Task Handle(SocketPacket packet) => (packet.Type, packet.Namespace, _socket) switch
    {
        (SocketPacketType.Connect, SocketPacket.MainNamespace, null) => Connect(packet),
        (SocketPacketType.Connect, not SocketPacket.MainNamespace, _) => RefuseNamespace(packet),
        (SocketPacketType.Disconnect, SocketPacket.MainNamespace, { } socket) =>
            Disconnect(socket, DisconnectReason.ClientDisconnected),
        (SocketPacketType.Event, SocketPacket.MainNamespace, { } socket) => HandOver(socket, packet),
        _ => OutOfOrder(packet),
    };

    private async Task Connect(SocketPacket packet)
    {
        if (_session.Ended.IsCancellationRequested)
            return;
        var name = _connects++ == 0 ? _session.Name : $"{_session.Name}-{_connects}";
        var socket = new SocketIoSocket(name, _handshake with { Auth = packet.Data }, _session, _services);
        _socket = socket;
        ConnectOutcome outcome;
        try
        {
            outcome = await _services.Handler.OnConnect(socket, socket.Closed);
        }
        catch (Exception exception)
        {
            if (!socket.Closed.IsCancellationRequested)
                SocketIoLog.ConnectFailed(_services.Log, exception, name);
            outcome = ConnectOutcome.Refused("Internal error.", "internal");
        }

        if (outcome.Refusal is { } refusal)
        {
            // The client may try again, perhaps with another token, within the connect timeout.
            _socket = null;
            socket.End();
            _session.Send(SocketPackets.ConnectError(refusal));
            return;
        }

        _patience.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _session.Connected();
        socket.Accept();
    }

    private async Task HandOver(SocketIoSocket socket, SocketPacket packet)
    {
        var name = packet.EventName();
        try
        {
            var ack = packet.Id is { } id ? new SocketIoAck(socket, id) : null;
            await _services.Handler.OnEvent(socket, name, [.. packet.Data!.Value.EnumerateArray().Skip(1)], ack);
        }
        catch (OperationCanceledException) when (socket.Closed.IsCancellationRequested)
        {
            // The handler awaited a client that has disconnected.
        }
        catch (Exception exception)
        {
            SocketIoLog.EventFailed(_services.Log, exception, name, socket.Id);
        }
    }

    private async Task Disconnect(SocketIoSocket socket, DisconnectReason reason)
    {
        _socket = null;
        socket.End();
        if (!_session.Ended.IsCancellationRequested)
        {
            _session.Disconnected();
            _patience.Change(_services.Options.ConnectTimeout, Timeout.InfiniteTimeSpan);
        }

        try
        {
            await _services.Handler.OnDisconnected(socket, reason);
        }
        catch (Exception exception)
        {
            SocketIoLog.DisconnectFailed(_services.Log, exception, socket.Id);
        }
    }

    private Task RefuseNamespace(SocketPacket packet)
    {
        _session.Send(SocketPackets.InvalidNamespace(packet.Namespace));
        return Task.CompletedTask;
    }

    private Task OutOfOrder(SocketPacket packet)
    {
        _session.Violate(new ProtocolException($"unexpected {packet.Type} packet"));
        return Task.CompletedTask;
    }

    private void NotConnected()
    {
        if (_session.Close(DisconnectReason.ServerDisconnected))
            SocketIoLog.NotConnected(_services.Log, _session.Name);
    }
}
