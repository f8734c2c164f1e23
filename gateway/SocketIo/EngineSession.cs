using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;

namespace OrleansCalls.Gateway.SocketIo;

/// <summary>
/// One Engine.IO session: what waits for its client, its heartbeat, and its end. It ends in two steps: first nothing comes in any
/// more (<see cref="Ended"/>), then, when the client has taken the last packets or had its time to do so, it is gone.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "Its token sources have no timer and no wait handle.")]
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

        // Nothing comes in any more; the client may still take what waits for it.
        Closing,

        Gone,
    }

    private enum Client
    {
        // Who it is is not known: it has not connected yet, or has disconnected.
        Stranger,

        Connected,
    }

    /// <summary>What the client shows for every request. Whoever knows it is taken for the client, so it is never logged.</summary>
    public string Sid { get; } = NewId();

    /// <summary>The name of the session for all others.</summary>
    public string Name { get; } = NewId();

    public TransportSwitch Transport { get; }

    /// <summary>Ends when the session is gone and its handler has heard of that.</summary>
    public Task Completion { get; }

    /// <summary>What waits for the client. It completes when the session ends.</summary>
    public Outbox Outbox { get; }

    /// <summary>Fires when nothing comes in any more.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Fires when nothing goes out any more.</summary>
    public CancellationToken Gone => _gone.Token;

    /// <summary>Why it has ended.</summary>
    public DisconnectReason Reason => _reason;

    /// <summary>Whether it was the server that wanted the end.</summary>
    public bool IsClosedByServer => _reason is DisconnectReason.ServerDisconnected or DisconnectReason.ServerStopping;

    /// <summary>Nobody knows who the client is: it has not connected yet, or has disconnected.</summary>
    public bool IsStranger => _client == Client.Stranger;

    /// <summary>The most bytes that the client may send at once.</summary>
    public int MaxPayload => IsStranger ? _services.Options.StrangerPayload : _services.Options.MaxPayload;

    /// <summary>What a WebSocket is closed with.</summary>
    public WebSocketCloseStatus CloseStatus { get; private set; } = WebSocketCloseStatus.NormalClosure;

    /// <summary>The client has connected.</summary>
    public void Connected()
    {
        if (Become(Client.Connected))
            _services.Strangers.Leave(_address);
    }

    /// <summary>The client has disconnected; it may connect again.</summary>
    public void Disconnected()
    {
        if (Become(Client.Stranger))
            _services.Strangers.Enter(_address);
    }

    /// <summary>Puts a packet into the queue. False: it has ended, or ends now because its client does not keep up.</summary>
    public bool Send(ReadOnlyMemory<byte> packet)
    {
        if (Outbox.TryAdd(packet))
            return true;
        TooSlow();
        return false;
    }

    /// <summary>More waits for the client than may. A session that is closing has its time to do so all the same.</summary>
    public void TooSlow()
    {
        if (!Ended.IsCancellationRequested && Abort(DisconnectReason.TooSlow))
            SocketIoLog.TooSlow(_services.Log, Name);
    }

    /// <summary>Asks the client for a sign of life behind all that waits for it; completes when it comes.</summary>
    public Task Ask() => _heartbeat.Ask();

    /// <summary>Takes a packet from the client; waits while its handler is too far behind.</summary>
    /// <exception cref="ProtocolException">It is none.</exception>
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
                throw new ProtocolException("it sent an Engine.IO packet that is none, or not here");
        }
    }

    /// <summary>The client broke the protocol. Over a WebSocket it hears why, in the close frame.</summary>
    public void Violate(ProtocolException what)
    {
        var first = Transport.IsWebSocket
            ? Close(DisconnectReason.ProtocolError, status: what.Status)
            : Abort(DisconnectReason.ProtocolError);
        if (first)
            SocketIoLog.Violation(_services.Log, Name, what.Message);
    }

    /// <summary>Ends it once the client has taken what waits for it, and that not too late. False: it has ended already.</summary>
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

    /// <summary>Ends it now; what waits for the client is lost. False: it had ended already.</summary>
    public bool Abort(DisconnectReason reason)
    {
        bool first, wasStranger;
        lock (_lock)
        {
            if (_stage == Stage.Gone)
                return false;
            first = _stage == Stage.Open;
            if (first)
                _reason = reason;
            _stage = Stage.Gone;
            wasStranger = IsStranger;
            _closing?.Dispose();
        }

        if (first)
            End(last: null);
        // Before anybody can act on it, the client's next request finds no session.
        _services.Forget(this);
        if (wasStranger)
            _services.Strangers.Leave(_address);
        _ = _gone.CancelAsync();
        _whenGone.SetResult();
        return first;
    }

    // Returns whether it was another, in a session that still counts its client.
    private bool Become(Client client)
    {
        lock (_lock)
        {
            if (_stage == Stage.Gone || _client == client)
                return false;
            _client = client;
            Outbox.IsStrangers = client == Client.Stranger;
            return true;
        }
    }

    private static string NewId() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(15));

    private void End(ReadOnlyMemory<byte>? last)
    {
        _heartbeat.Dispose();
        // Before the queue takes no more: a full queue and an ended one are told apart by it.
        _ = _ended.CancelAsync();
        Outbox.Complete(last);
        _connection.End();
    }
}
