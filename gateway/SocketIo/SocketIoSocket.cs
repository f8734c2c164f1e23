using System.Text.Json;

namespace OrleansCalls.Gateway.SocketIo;

/// <summary>One connected client. Everything here may be called from anywhere, at any time.</summary>
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

    /// <summary>The id that the client knows of itself (<c>socket.id</c>). No secret.</summary>
    public string Id { get; }

    /// <summary>What the client brought along.</summary>
    public SocketIoHandshake Handshake { get; }

    /// <summary>Whatever the handler wants to keep with it.</summary>
    public object? State { get; set; }

    /// <summary>Fires when it is over.</summary>
    public CancellationToken Closed { get; }

    /// <summary>
    /// Emits an event. An argument that is a <c>ReadOnlyMemory&lt;byte&gt;</c> is JSON already and goes in as it is. False: the socket
    /// is over, or is being closed because its client does not keep up.
    /// </summary>
    public bool Emit(string name, params ReadOnlySpan<object?> arguments) =>
        Write(SocketPackets.Event(name, arguments, _services.Options.Json));

    /// <summary>Emits an event that is written already.</summary>
    public bool Emit(SocketIoEvent written) => Write(written.Packet);

    /// <summary>Emits an event and waits for what the client answers.</summary>
    /// <exception cref="TimeoutException">It did not answer in time.</exception>
    /// <exception cref="OperationCanceledException">The socket was over before it answered.</exception>
    public Task<IReadOnlyList<JsonElement>> EmitWithAck(TimeSpan patience, string name, params ReadOnlySpan<object?> arguments) =>
        EmitWithAck(SocketPackets.Event(name, arguments, _services.Options.Json), patience);

    /// <summary>Emits an event that is written already, and waits for what the client answers.</summary>
    /// <exception cref="TimeoutException">It did not answer in time.</exception>
    /// <exception cref="OperationCanceledException">The socket was over before it answered.</exception>
    public Task<IReadOnlyList<JsonElement>> EmitWithAck(TimeSpan patience, SocketIoEvent written) => EmitWithAck(written.Packet, patience);

    /// <summary>
    /// Completes when the client's program has shown that it has taken what was emitted before: by answering a ping that goes out
    /// right behind. Old clients acknowledge no events, but each of them answers pings.
    /// </summary>
    /// <exception cref="OperationCanceledException">The socket was over before it answered.</exception>
    public async Task WhenTaken()
    {
        await _accepted.Task.WaitAsync(Closed);
        await _session.Ask().WaitAsync(Closed);
    }

    /// <summary>
    /// Closes the client's session, once the client has taken what is queued. A client that may reconnect sees its transport close and
    /// comes back by itself; another one is told to stay away, and only its program can connect it again.
    /// </summary>
    public void Disconnect(bool mayReconnect) => _session.Close(DisconnectReason.ServerDisconnected, sayDisconnect: !mayReconnect);

    internal bool Acknowledge(long id, ReadOnlySpan<object?> arguments) =>
        Write(SocketPackets.Ack(id, arguments, _services.Options.Json));

    internal void Answered(long id, JsonElement arguments) => _acks.Answered(id, arguments);

    /// <summary>Tells the client that it is connected, and what was sent to it already.</summary>
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
                throw new OperationCanceledException("The socket is over.");
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
            // One place in the queue is for the acceptance.
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
