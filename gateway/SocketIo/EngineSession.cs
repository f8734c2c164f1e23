using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;

namespace OrleansCalls.Gateway.SocketIo;

/// <summary>
/// One Engine.IO session: its queue, heartbeat and end. It ends in two steps: first it receives no more (<see cref="Ended"/>);
/// when the client has received the last packets, or a timeout has passed, it is gone.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "Its token sources have neither timer nor wait handle.")]
internal sealed class EngineSession
{
    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationTokenSource _gone = new();
    private readonly TaskCompletionSource _whenGone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly EngineServices _services;
    private readonly Heartbeat _heartbeat;
    private readonly SocketConnection _connection;
    private readonly IPAddress? _address;
    private ITimer? _closing;
    private Stage _stage;
    private volatile Client _client;
    private volatile DisconnectReason _reason = DisconnectReason.TransportClosed;

    public EngineSession(EngineServices services, SocketIoHandshake handshake, bool webSocket)
    {
        _services = services;
        _address = handshake.RemoteAddress;
        Transport = new TransportSwitch(webSocket, services.Time);
        Outbox = new Outbox(services.Options);
        _connection = new SocketConnection(this, services, handshake);
        _heartbeat = new Heartbeat(
            services.Options, services.Time, () => Send(EnginePacket.Ping), () => Abort(DisconnectReason.PingTimeout));
        Completion = Task.WhenAll(_connection.Run(), _whenGone.Task);
    }

    private enum Stage
    {
        Open,

        // Nothing is received any more; the client may still receive what is queued.
        Closing,

        Gone,
    }

    private enum Client
    {
        // The client is anonymous: it has not connected yet, or has disconnected.
        Unconnected,

        Connected,
    }

    /// <summary>The id in every request. It authenticates the client, so it is never logged.</summary>
    public string Sid { get; } = NewId();

    /// <summary>The name of the session in logs.</summary>
    public string Name { get; } = NewId();

    public TransportSwitch Transport { get; }

    /// <summary>Completes when the session is gone and its handler has been called.</summary>
    public Task Completion { get; }

    /// <summary>The outgoing queue. It completes when the session ends.</summary>
    public Outbox Outbox { get; }

    /// <summary>Fires when nothing is received any more.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Fires when nothing is sent any more.</summary>
    public CancellationToken Gone => _gone.Token;

    /// <summary>The reason of its end.</summary>
    public DisconnectReason Reason => _reason;

    /// <summary>Whether the server closed it.</summary>
    public bool IsClosedByServer => _reason is DisconnectReason.ServerDisconnected or DisconnectReason.ServerStopping;

    /// <summary>Whether the client is anonymous: it has not connected yet, or has disconnected.</summary>
    public bool IsUnconnected => _client == Client.Unconnected;

    /// <summary>The most bytes that the client may send at once.</summary>
    public int MaxPayload => IsUnconnected ? _services.Options.UnconnectedPayload : _services.Options.MaxPayload;

    /// <summary>The close status of a WebSocket.</summary>
    public WebSocketCloseStatus CloseStatus { get; private set; } = WebSocketCloseStatus.NormalClosure;

    /// <summary>Records that the client has connected.</summary>
    public void Connected()
    {
        if (Become(Client.Connected))
            _services.Unconnected.Leave(_address);
    }

    /// <summary>Records that the client has disconnected; it may connect again.</summary>
    public void Disconnected()
    {
        if (Become(Client.Unconnected))
            _services.Unconnected.Enter(_address);
    }

    /// <summary>
    /// Enqueues a packet. Returns false if the session has ended or was just closed because its queue is full.
    /// </summary>
    public bool Send(ReadOnlyMemory<byte> packet)
    {
        if (Outbox.TryAdd(packet))
            return true;
        TooSlow();
        return false;
    }

    /// <summary>Ends the session because its queue is full. A session that is closing keeps its close timeout.</summary>
    public void TooSlow()
    {
        if (!Ended.IsCancellationRequested && Abort(DisconnectReason.TooSlow))
            SocketIoLog.TooSlow(_services.Log, Name);
    }

    /// <summary>Sends a ping behind all queued packets; completes when the client responds.</summary>
    public Task Ask() => _heartbeat.Ask();

    /// <summary>Processes a packet from the client; waits while the handler's inbox is full.</summary>
    /// <exception cref="ProtocolException">The packet is malformed.</exception>
    public ValueTask Receive(ReadOnlyMemory<byte> packet)
    {
        switch (packet.Span)
        {
            case [EnginePacket.CloseType]:
                Abort(DisconnectReason.TransportClosed);
                return ValueTask.CompletedTask;
            case var _ when Ended.IsCancellationRequested:
                return ValueTask.CompletedTask;
            case [EnginePacket.PongType]:
                _heartbeat.Pong();
                return ValueTask.CompletedTask;
            case [EnginePacket.MessageType, .. var message]:
                return _connection.Receive(SocketPacket.Parse(message));
            case [EnginePacket.BinaryType, ..]:
                throw ProtocolException.Binary();
            default:
                throw new ProtocolException("malformed or unexpected Engine.IO packet");
        }
    }

    /// <summary>Ends the session after a protocol violation. Over a WebSocket the close frame holds the reason.</summary>
    public void Violate(ProtocolException what)
    {
        var first = Transport.IsWebSocket
            ? Close(DisconnectReason.ProtocolError, status: what.Status)
            : Abort(DisconnectReason.ProtocolError);
        if (first)
            SocketIoLog.Violation(_services.Log, Name, what.Message);
    }

    /// <summary>
    /// Closes the session once the client has received what is queued, within the close timeout. Returns false if it had ended.
    /// </summary>
    public bool Close(
        DisconnectReason reason, bool sayDisconnect = false, WebSocketCloseStatus status = WebSocketCloseStatus.NormalClosure)
    {
        lock (_lock)
        {
            if (_stage != Stage.Open)
                return false;
            (_stage, _reason) = (Stage.Closing, reason);
            CloseStatus = status;
            _closing = _services.Time.CreateTimer(
                _ => Abort(reason), null, _services.Options.CloseTimeout, Timeout.InfiniteTimeSpan);
        }

        End(sayDisconnect ? SocketPackets.Disconnect : default(ReadOnlyMemory<byte>?));
        return true;
    }

    /// <summary>Ends the session now; queued packets are lost. Returns false if it had ended.</summary>
    public bool Abort(DisconnectReason reason)
    {
        bool first, wasUnconnected;
        lock (_lock)
        {
            if (_stage == Stage.Gone)
                return false;
            first = _stage == Stage.Open;
            if (first)
                _reason = reason;
            _stage = Stage.Gone;
            wasUnconnected = IsUnconnected;
            _closing?.Dispose();
        }

        if (first)
            End(last: null);
        // First, so that the client's next request finds no session.
        _services.Forget(this);
        if (wasUnconnected)
            _services.Unconnected.Leave(_address);
        _ = _gone.CancelAsync();
        _whenGone.SetResult();
        return first;
    }

    // Returns whether the state changed, in a session that still counts its client.
    private bool Become(Client client)
    {
        lock (_lock)
        {
            if (_stage == Stage.Gone || _client == client)
                return false;
            _client = client;
            Outbox.IsUnconnected = client == Client.Unconnected;
            return true;
        }
    }

    private static string NewId() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(15));

    private void End(ReadOnlyMemory<byte>? last)
    {
        _heartbeat.Dispose();
        // Set before the queue completes: a full queue and a completed one are distinguished by it.
        _ = _ended.CancelAsync();
        Outbox.Complete(last);
        _connection.End();
    }
}
