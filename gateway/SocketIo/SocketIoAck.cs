namespace OrleansCalls.Gateway.SocketIo;

/// <summary>The acknowledgement of an event from a client.</summary>
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
    /// Sends the acknowledgement, now or later. Arguments are those of <see cref="SocketIoSocket.Emit(string,
    /// ReadOnlySpan{object})"/>. Returns false if it was sent before, or the socket is closed.
    /// </summary>
    public bool Send(params ReadOnlySpan<object?> arguments) =>
        Interlocked.Exchange(ref _sent, 1) == 0 && _socket.Acknowledge(_id, arguments);
}
