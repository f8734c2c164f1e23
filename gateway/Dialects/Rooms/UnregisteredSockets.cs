using System.Net;
using OrleansCalls.Gateway.Dialects.PlainSockets;
using OrleansCalls.Gateway.SocketIo;

namespace OrleansCalls.Gateway.Dialects.Rooms;

/// <summary>
/// Limits plain sockets whose client has not registered yet, since anybody may open one. Each must register in time. They are
/// not in the connection registry, so that a drain does not wait for them.
/// </summary>
public sealed class UnregisteredSockets(RoomOptions options, DrainState drain, TimeProvider time)
{
    private static readonly TimeSpan RegisterTime = TimeSpan.FromSeconds(30);

    private readonly UnconnectedLimit _unregistered = new(options.MaxUnregistered, options.MaxUnregisteredPerAddress);

    /// <summary>Reserves a place until it is disposed: the client has registered or disconnected.</summary>
    /// <exception cref="CallException">There are too many, in total or of this address.</exception>
    internal Place Enter(IPAddress? address)
    {
        if (_unregistered.TryEnter(address))
            return new Place(this, address);
        throw CallException.Unavailable("Too many clients are registering; connect again.", TimeSpan.FromSeconds(1));
    }

    private ITimer StartClock(PlainSocket socket) => time.CreateTimer(
        _ => socket.Close(CloseReason.Unauthenticated, $"no {RoomDialect.Register} came"), null, RegisterTime,
        Timeout.InfiniteTimeSpan);

    private CancellationTokenRegistration CloseAtDrain(PlainSocket socket) =>
        drain.Begun.Register(() => socket.Close(CloseReason.GoingAway));

    /// <summary>A reserved place.</summary>
    internal sealed class Place(UnregisteredSockets sockets, IPAddress? address) : IDisposable
    {
        private ITimer? _clock;
        private CancellationTokenRegistration _drain;
        private bool _left;

        /// <summary>Closes the socket when its time to register has passed, or when this process drains.</summary>
        public void Watch(PlainSocket socket)
        {
            _clock = sockets.StartClock(socket);
            _drain = sockets.CloseAtDrain(socket);
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            if (_left)
                return;
            _left = true;
            _clock?.Dispose();
            _drain.Dispose();
            sockets._unregistered.Leave(address);
        }
    }
}
