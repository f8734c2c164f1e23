using System.Net;
using OrleansCalls.Gateway.Dialects.PlainSockets;
using OrleansCalls.Gateway.SocketIo;

namespace OrleansCalls.Gateway.Dialects.Rooms;

/// <summary>
/// Plain sockets of which nobody knows yet whose they are. Anybody may open one, so there are only so many, each has its time to
/// register, and none holds up a process that is going: they are in no list of connections.
/// </summary>
public sealed class UnregisteredLines(RoomOptions options, DrainState drain, TimeProvider time)
{
    private static readonly TimeSpan RegisterTime = TimeSpan.FromSeconds(30);

    private readonly Strangers _strangers = new(options.MaxUnregistered, options.MaxUnregisteredPerAddress);

    /// <summary>A place for one, until it is disposed of: the client has registered, or is gone.</summary>
    /// <exception cref="CallException">There are too many, in all or of this address.</exception>
    internal Place Enter(IPAddress? address)
    {
        if (_strangers.TryEnter(address))
            return new Place(this, address);
        throw CallException.Unavailable("Too many clients are registering; connect again.", TimeSpan.FromSeconds(1));
    }

    private ITimer StartClock(PlainLine line) => time.CreateTimer(
        _ => line.Close(LineEnd.Unauthenticated, $"no {RoomDialect.Register} came"), null, RegisterTime, Timeout.InfiniteTimeSpan);

    private CancellationTokenRegistration CloseAtDrain(PlainLine line) => drain.Begun.Register(() => line.Close(LineEnd.GoingAway));

    /// <summary>A place for one.</summary>
    internal sealed class Place(UnregisteredLines lines, IPAddress? address) : IDisposable
    {
        private ITimer? _clock;
        private CancellationTokenRegistration _drain;
        private bool _left;

        /// <summary>Closes the line when its time to register is over, or this process goes.</summary>
        public void Watch(PlainLine line)
        {
            _clock = lines.StartClock(line);
            _drain = lines.CloseAtDrain(line);
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            if (_left)
                return;
            _left = true;
            _clock?.Dispose();
            _drain.Dispose();
            lines._strangers.Leave(address);
        }
    }
}
