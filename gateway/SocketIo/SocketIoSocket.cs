using System.Text.Json;

namespace OrleansCalls.Gateway.SocketIo;

/// <summary>A connected client. Thread-safe.</summary>
public sealed class SocketIoSocket
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _closed;
    private readonly EngineSession _session;
    private readonly EngineServices _services;
    private readonly PendingAcks _acks = new();
    private readonly TaskCompletionSource _accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<ReadOnlyMemory<byte>>? _early = [];
    private bool _ended;

    internal SocketIoSocket(string id, SocketIoHandshake handshake, EngineSession session, EngineServices services)
    {
        Id = id;
        Handshake = handshake;
        _session = session;
        _services = services;
        _closed = CancellationTokenSource.CreateLinkedTokenSource(session.Ended);
        Closed = _closed.Token;
    }

    /// <summary>The socket's id as the client sees it (<c>socket.id</c>). Not secret.</summary>
    public string Id { get; }

    /// <summary>The client's handshake.</summary>
    public SocketIoHandshake Handshake { get; }

    /// <summary>State of the handler.</summary>
    public object? State { get; set; }

    /// <summary>Fires when the socket is closed.</summary>
    public CancellationToken Closed { get; }

    /// <summary>
    /// Emits an event. An argument of type <c>ReadOnlyMemory&lt;byte&gt;</c> is written as raw JSON. Returns false if the
    /// socket is closed, or was just closed because its queue is full.
    /// </summary>
    public bool Emit(string name, params ReadOnlySpan<object?> arguments) =>
        Write(SocketPackets.Event(name, arguments, _services.Options.Json));

    /// <summary>Emits a serialized event.</summary>
    public bool Emit(SocketIoEvent written) => Write(written.Packet);

    /// <summary>Emits an event and awaits the client's acknowledgement.</summary>
    /// <exception cref="TimeoutException">The client did not acknowledge in time.</exception>
    /// <exception cref="OperationCanceledException">The socket was closed before the acknowledgement.</exception>
    public Task<IReadOnlyList<JsonElement>> EmitWithAck(TimeSpan patience, string name, params ReadOnlySpan<object?> arguments) =>
        EmitWithAck(SocketPackets.Event(name, arguments, _services.Options.Json), patience);

    /// <summary>Emits a serialized event and awaits the client's acknowledgement.</summary>
    /// <exception cref="TimeoutException">The client did not acknowledge in time.</exception>
    /// <exception cref="OperationCanceledException">The socket was closed before the acknowledgement.</exception>
    public Task<IReadOnlyList<JsonElement>> EmitWithAck(TimeSpan patience, SocketIoEvent written) =>
        EmitWithAck(written.Packet, patience);

    /// <summary>
    /// Completes when the client has responded to a ping sent behind all events emitted so far. Old clients do not acknowledge
    /// events, but all of them respond to pings.
    /// </summary>
    /// <exception cref="OperationCanceledException">The socket was closed before the pong.</exception>
    public async Task WhenAcknowledged()
    {
        await _accepted.Task.WaitAsync(Closed);
        await _session.Ask().WaitAsync(Closed);
    }

    /// <summary>
    /// Closes the client's session once the client has received what is queued. A client that may reconnect sees its transport
    /// close and reconnects by itself; any other is disconnected and reconnects only when its program does so.
    /// </summary>
    public void Disconnect(bool mayReconnect) =>
        _session.Close(DisconnectReason.ServerDisconnected, sayDisconnect: !mayReconnect);

    internal bool Acknowledge(long id, ReadOnlySpan<object?> arguments) =>
        Write(SocketPackets.Ack(id, arguments, _services.Options.Json));

    internal void Answered(long id, JsonElement arguments) => _acks.Answered(id, arguments);

    /// <summary>Sends the acceptance, followed by the events emitted before it.</summary>
    internal void Accept()
    {
        lock (_lock)
        {
            var ok = _session.Send(SocketPackets.Connected(Id));
            foreach (var packet in _early!)
                ok = ok && _session.Send(packet);
            _early = null;
        }

        _accepted.TrySetResult();
    }

    internal void End()
    {
        lock (_lock)
            _ended = true;
        _ = _closed.CancelAsync();
    }

    private async Task<IReadOnlyList<JsonElement>> EmitWithAck(ReadOnlyMemory<byte> written, TimeSpan patience)
    {
        var (id, answer) = _acks.Expect();
        try
        {
            if (!Write(SocketPackets.WithId(written, id)))
                throw new OperationCanceledException("The socket is closed.");
            return await answer.WaitAsync(patience, _services.Time, Closed);
        }
        finally
        {
            _acks.Forget(id);
        }
    }

    private bool Write(ReadOnlyMemory<byte> packet)
    {
        lock (_lock)
        {
            if (_ended)
                return false;
            if (_early is null)
                return _session.Send(packet);
            // One place in the queue is reserved for the acceptance.
            if (_early.Count < _services.Options.QueueLength - 1)
            {
                _early.Add(packet);
                return !Closed.IsCancellationRequested;
            }
        }

        _session.TooSlow();
        return false;
    }
}
