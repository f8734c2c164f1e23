using System.Threading.Channels;

namespace OrleansCalls.Gateway.SocketIo;

/// <summary>The Socket.IO side of a session: hands over to the handler, one after another, what the client sent.</summary>
internal sealed class SocketConnection
{
    // A client sends its CONNECT and waits; events of one that is not connected are not handed over anyway.
    private const int StrangerPackets = 8;

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
        _inbox = Channel.CreateBounded<SocketPacket>(new BoundedChannelOptions(services.Options.InboxLength) { SingleReader = true });
        _patience = services.Time.CreateTimer(_ => NotConnected(), null, services.Options.ConnectTimeout, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Takes a packet.</summary>
    public async ValueTask Receive(SocketPacket packet)
    {
        if (packet.Type == SocketPacketType.Ack)
        {
            // Not behind the events: a handler may be waiting for just this.
            _socket?.Answered(packet.Id!.Value, packet.Data!.Value);
            return;
        }

        if (_session.IsStranger && _inbox.Reader.Count >= StrangerPackets)
            throw new ProtocolException("it sent more than a client does that is not connected");
        while (await _inbox.Writer.WaitToWriteAsync())
        {
            if (_inbox.Writer.TryWrite(packet))
                return;
        }
    }

    /// <summary>No more comes.</summary>
    public void End()
    {
        _patience.Dispose();
        _inbox.Writer.TryComplete();
    }

    /// <summary>Hands over what comes, until the session ends.</summary>
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
        (SocketPacketType.Disconnect, SocketPacket.MainNamespace, { } socket) => Disconnect(socket, DisconnectReason.ClientDisconnected),
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
            outcome = ConnectOutcome.Refused("The server could not do it.", "internal");
        }

        if (outcome.Refusal is { } refusal)
        {
            // It may try again, with another token perhaps, for as long as a session may be without a socket.
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
            // The handler waited for something of a client that has gone.
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
        _session.Violate(new ProtocolException($"it sent {packet.Type} where that cannot be"));
        return Task.CompletedTask;
    }

    private void NotConnected()
    {
        if (_session.Close(DisconnectReason.ServerDisconnected))
            SocketIoLog.NotConnected(_services.Log, _session.Name);
    }
}
