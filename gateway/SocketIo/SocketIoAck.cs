namespace OrleansCalls.Gateway.SocketIo;

/// <summary>Where a client waits for the answer to one of its events.</summary>
public sealed class SocketIoAck
{
    private readonly SocketIoSocket _socket;
    private readonly long _id;
    private int _sent;

    internal SocketIoAck(SocketIoSocket socket, long id)
    {
        _socket = socket;
        _id = id;
    }

    /// <summary>
    /// Answers, now or later. Arguments are those of <see cref="SocketIoSocket.Emit(string, ReadOnlySpan{object})"/>. False: it was
    /// answered before, or nobody is there any more.
    /// </summary>
    public bool Send(params ReadOnlySpan<object?> arguments) =>
        Interlocked.Exchange(ref _sent, 1) == 0 && _socket.Acknowledge(_id, arguments);
}
