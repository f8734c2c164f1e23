using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace OrleansCalls.Gateway.Hosting;

/// <summary>
/// Kestrel's socket transport with a back-off when no file descriptor is left: Kestrel's own listener retries at once and uses
/// a whole core. While this one waits, clients queue in the kernel's backlog.
/// </summary>
internal sealed class BackOffListenerFactory(
    IOptions<SocketTransportOptions> options, ILoggerFactory logging, TimeProvider time)
        : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly SocketTransportFactory _usual = new(options, logging);

    public bool CanBind(EndPoint endpoint) => _usual.CanBind(endpoint);

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        if (endpoint is not IPEndPoint)
            return _usual.BindAsync(endpoint, cancellationToken);
        try
        {
            var socket = options.Value.CreateBoundListenSocket(endpoint);
            socket.Listen(options.Value.Backlog);
            return new(new BackOffListener(socket, options.Value, logging, time));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(e.Message, e);
        }
    }

    private sealed class BackOffListener : IConnectionListener
    {
        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
        private static readonly TimeSpan BetweenWords = TimeSpan.FromMinutes(1);

        private readonly Socket _socket;
        private readonly TimeProvider _time;
        private readonly ILogger _log;
        private readonly SocketConnectionContextFactory _contexts;
        private readonly bool _noDelay;
        private readonly CancellationTokenSource _unbound = new();
        private long _saidAt;

        [SuppressMessage("Reliability", "CA2000", Justification = "Disposed with the listener.")]
        internal BackOffListener(Socket socket, SocketTransportOptions options, ILoggerFactory logging, TimeProvider time)
        {
            (_socket, _time, _noDelay) = (socket, time, options.NoDelay);
            _log = logging.CreateLogger<BackOffListener>();
            _contexts = new SocketConnectionContextFactory(
                new SocketConnectionFactoryOptions
                {
                    MaxReadBufferSize = options.MaxReadBufferSize,
                    MaxWriteBufferSize = options.MaxWriteBufferSize,
                    WaitForDataBeforeAllocatingBuffer = options.WaitForDataBeforeAllocatingBuffer,
                    UnsafePreferInlineScheduling = options.UnsafePreferInlineScheduling,
                },
                logging.CreateLogger<SocketTransportFactory>());
        }

        public EndPoint EndPoint => _socket.LocalEndPoint!;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (true)
            {
                try
                {
                    var accepted = await _socket.AcceptAsync(cancellationToken);
                    accepted.NoDelay = _noDelay;
                    return _contexts.Create(accepted);
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
    }
}
