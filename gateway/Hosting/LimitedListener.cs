using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace OrleansCalls.Gateway.Hosting;

/// <summary>
/// Kestrel's socket transport with a <see cref="ConnectionLimit"/> at the accept, before a connection costs more than its
/// descriptor, and with a back-off when none is left: Kestrel's own listener retries at once and uses a whole core. While this
/// one waits, clients queue in the kernel's backlog.
/// </summary>
internal sealed class LimitedListenerFactory(
    IOptions<SocketTransportOptions> options, ConnectionLimit limit, ILoggerFactory logging, TimeProvider time)
        : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint or UnixDomainSocketEndPoint or FileHandleEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        try
        {
            var socket = options.Value.CreateBoundListenSocket(endpoint);
            socket.Listen(options.Value.Backlog);
            return new(new Listener(socket, options.Value, limit, logging, time));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(e.Message, e);
        }
    }

    private sealed class Listener : IConnectionListener
    {
        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
        private static readonly TimeSpan BetweenWords = TimeSpan.FromMinutes(1);

        private readonly Socket _socket;
        private readonly ConnectionLimit _limit;
        private readonly TimeProvider _time;
        private readonly ILogger _log;
        private readonly SocketConnectionContextFactory _contexts;
        private readonly bool _noDelay;
        private readonly CancellationTokenSource _unbound = new();
        private long _saidAt;

        [SuppressMessage("Reliability", "CA2000", Justification = "Disposed with the listener.")]
        internal Listener(
            Socket socket, SocketTransportOptions options, ConnectionLimit limit, ILoggerFactory logging, TimeProvider time)
        {
            (_socket, _limit, _time) = (socket, limit, time);
            _noDelay = options.NoDelay && socket.LocalEndPoint is IPEndPoint;
            _log = logging.CreateLogger<LimitedListenerFactory>();
            _contexts = new SocketConnectionContextFactory(OptionsOf(options), logging.CreateLogger<SocketTransportFactory>());
        }

        public EndPoint EndPoint => _socket.LocalEndPoint!;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (true)
            {
                try
                {
                    var accepted = await _socket.AcceptAsync(cancellationToken);
                    if (Take(accepted) is { } connection)
                        return connection;
                }
                catch (Exception e)
                    when (e is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
                {
                    return null;
                }
                catch (SocketException e)
                {
                    // The client disconnected before the accept; or there is no descriptor or memory for it.
                    if (e.SocketErrorCode is not (SocketError.ConnectionReset or SocketError.ConnectionAborted) && !await Wait(e))
                        return null;
                }
            }
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            _unbound.Cancel();
            _socket.Dispose();
            return default;
        }

        public ValueTask DisposeAsync()
        {
            _socket.Dispose();
            _contexts.Dispose();
            _unbound.Dispose();
            return default;
        }

        /// <summary>Returns null for a connection that is one too many; it is closed.</summary>
        private ConnectionContext? Take(Socket accepted)
        {
            IPAddress? address = null;
            try
            {
                address = (accepted.RemoteEndPoint as IPEndPoint)?.Address;
                if (_noDelay)
                    accepted.NoDelay = true;
            }
            catch (SocketException)
            {
                // The client has disconnected since.
                accepted.Dispose();
                return null;
            }

            if (!_limit.TryEnter(address))
            {
                accepted.Dispose();
                return null;
            }

            var connection = _contexts.Create(accepted);
            connection.ConnectionClosed.Register(() => _limit.Leave(address));
            return connection;
        }

        /// <summary>Returns false when the listener has been closed.</summary>
        private async Task<bool> Wait(SocketException reason)
        {
            if (_saidAt == 0 || _time.GetElapsedTime(_saidAt) > BetweenWords)
            {
                _saidAt = _time.GetTimestamp();
                GatewayLog.AcceptFailed(_log, reason.Message);
            }

            await Task.Delay(Pause, _time, _unbound.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return !_unbound.IsCancellationRequested;
        }

        // Kestrel's pool of buffers is in its options, and this constructor alone takes it over: with the public one each
        // connection rents from the shared pool, a tenth of what a call allocates.
        [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
        private static extern SocketConnectionFactoryOptions OptionsOf(SocketTransportOptions options);
    }
}
