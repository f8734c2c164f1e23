using System.Text.Json.Nodes;
using OrleansCalls.Gateway.SocketIo;

namespace OrleansCalls.Gateway.Dialects.SocketIoClients;

/// <summary>One Socket.IO connection. Its queue and its limits are the transport's.</summary>
public sealed class SocketIoLine(SocketIoSocket socket) : DialectLine
{
    private readonly Lock _lock = new();
    private ISocketIoDialect? _dialect;
    private Telling _telling;
    private volatile Stage _stage;
    private (LineEnd Why, string? Detail) _refusal;

    private enum Stage
    {
        // Its client waits for the answer to its CONNECT.
        Connecting,

        // It was closed before that answer, which says so.
        Refused,

        Accepted,

        // Its client wanted the end.
        Left,
    }

    private enum Telling
    {
        // Its dialect is not known yet.
        Unknown,

        // Its client has yet to be told in its dialect what others were told of.
        Due,

        Done,
    }

    /// <inheritdoc/>
    public override CancellationToken Closed => socket.Closed;

    /// <inheritdoc/>
    public override bool SaidGoodbye => _stage == Stage.Left;

    /// <summary>What its client speaks; null while nobody knows.</summary>
    public ISocketIoDialect? Dialect => Volatile.Read(ref _dialect);

    /// <summary>A client that may come back does so by itself; one that may not is told to stay away.</summary>
    public override void Close(LineEnd why, string? detail = null)
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
    public override void Drop() => Close(LineEnd.Unavailable);

    /// <summary>Whether a client of whose line this is the end should try again by itself. With a new token it should.</summary>
    internal static bool MayComeBack(LineEnd why) => why is not (LineEnd.Displaced or LineEnd.Forbidden or LineEnd.BadMessage);

    /// <summary>Its client is accepted from now on, unless the line was closed meanwhile.</summary>
    internal (LineEnd Why, string? Detail)? Accept()
    {
        lock (_lock)
        {
            if (_stage == Stage.Refused)
                return _refusal;
            _stage = Stage.Accepted;
            return null;
        }
    }

    /// <summary>Its client has said what it speaks, or used an event that no other dialect has. The first counts.</summary>
    /// <param name="dialect">Which.</param>
    /// <param name="wasAssumed">Whether it was told things in that dialect already.</param>
    internal void Speak(ISocketIoDialect dialect, bool wasAssumed)
    {
        lock (_lock)
        {
            if (_telling != Telling.Unknown)
                return;
            _telling = wasAssumed ? Telling.Done : Telling.Due;
            Volatile.Write(ref _dialect, dialect);
        }
    }

    /// <summary>Whether it has yet to be told in its dialect what others were told of.</summary>
    internal bool TakeToBeShown()
    {
        lock (_lock)
        {
            if (_telling != Telling.Due)
                return false;
            _telling = Telling.Done;
            return true;
        }
    }

    /// <summary>It is over, and its client wanted that.</summary>
    internal void SayGoodbye()
    {
        lock (_lock)
            _stage = Stage.Left;
    }

    /// <inheritdoc/>
    protected override Task WhenTaken() => socket.WhenTaken();

    /// <inheritdoc/>
    protected override bool Write(string name, JsonObject payload) => socket.Emit(name, payload);
}
