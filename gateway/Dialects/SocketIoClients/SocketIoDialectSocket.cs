using System.Text.Json.Nodes;
using OrleansCalls.Gateway.SocketIo;

namespace OrleansCalls.Gateway.Dialects.SocketIoClients;

/// <summary>One Socket.IO connection. The transport owns its queue and limits.</summary>
public sealed class SocketIoDialectSocket(SocketIoSocket socket) : DialectSocket
{
    private readonly Lock _lock = new();
    private ISocketIoDialect? _dialect;
    private CatchUp _catchUp;
    private volatile Stage _stage;
    private (CloseReason Why, string? Detail) _refusal;

    private enum Stage
    {
        // The reply to the client's CONNECT is pending.
        Connecting,

        // Closed before that reply, which carries the reason.
        Refused,

        Accepted,

        // The client disconnected.
        Left,
    }

    private enum CatchUp
    {
        // The dialect is not known yet.
        Unknown,

        // The events sent to other sockets before have yet to be sent in its dialect.
        Due,

        Done,
    }

    /// <inheritdoc/>
    public override CancellationToken Closed => socket.Closed;

    /// <inheritdoc/>
    public override bool ClosedByClient => _stage == Stage.Left;

    /// <summary>The client's dialect; null until it is identified.</summary>
    public ISocketIoDialect? Dialect => Volatile.Read(ref _dialect);

    /// <summary>A client that may reconnect does so by itself; any other is disconnected permanently.</summary>
    public override void Close(CloseReason why, string? detail = null)
    {
        lock (_lock)
        {
            if (_stage == Stage.Connecting)
                (_stage, _refusal) = (Stage.Refused, (why, detail));
            if (_stage == Stage.Refused)
                return;
        }

        socket.Disconnect(MayComeBack(why));
    }

    /// <inheritdoc/>
    public override void Drop() => Close(CloseReason.Unavailable);

    /// <summary>Returns true if the client should reconnect by itself; with a new token it should.</summary>
    internal static bool MayComeBack(CloseReason why) =>
        why is not (CloseReason.Displaced or CloseReason.Forbidden or CloseReason.BadMessage);

    /// <summary>Accepts the client, unless the socket was closed meanwhile; then the reason is returned.</summary>
    internal (CloseReason Why, string? Detail)? Accept()
    {
        lock (_lock)
        {
            if (_stage == Stage.Refused)
                return _refusal;
            _stage = Stage.Accepted;
            return null;
        }
    }

    /// <summary>Sets the dialect that the client named, or that its events identify. The first one counts.</summary>
    /// <param name="dialect">The dialect.</param>
    /// <param name="wasAssumed">Whether events were sent to it in that dialect already.</param>
    internal void SetDialect(ISocketIoDialect dialect, bool wasAssumed)
    {
        lock (_lock)
        {
            if (_catchUp != CatchUp.Unknown)
                return;
            _catchUp = wasAssumed ? CatchUp.Done : CatchUp.Due;
            Volatile.Write(ref _dialect, dialect);
        }
    }

    /// <summary>Returns true, once, if earlier events have yet to be sent in its dialect.</summary>
    internal bool TakeCatchUp()
    {
        lock (_lock)
        {
            if (_catchUp != CatchUp.Due)
                return false;
            _catchUp = CatchUp.Done;
            return true;
        }
    }

    /// <summary>Records that the client disconnected.</summary>
    internal void OnClosedByClient()
    {
        lock (_lock)
            _stage = Stage.Left;
    }

    /// <inheritdoc/>
    protected override Task WhenAcknowledged() => socket.WhenAcknowledged();

    /// <inheritdoc/>
    protected override bool Write(string name, JsonObject payload) => socket.Emit(name, payload);
}
