using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;

namespace OrleansCalls.Tool.Turn;

/// <summary>
/// A connection to a STUN server: sends a request, and returns the response of the same transaction. The caller limits the
/// time.
/// </summary>
internal sealed class StunConnection : IDisposable
{
    // RFC 8489 section 6.2.1; a test of some seconds needs only a few of them.
    private static readonly TimeSpan FirstRetransmission = TimeSpan.FromMilliseconds(500);

    private readonly Socket _socket;
    private readonly Stream? _stream;

    private StunConnection(Socket socket, Stream? stream) => (_socket, _stream) = (socket, stream);

    /// <exception cref="SocketException">It cannot be reached.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">Its certificate does not hold.</exception>
    internal static async Task<StunConnection> Open(StunAddress address, CancellationToken cancellation)
    {
        var isStream = address.Transport != StunTransport.Udp;
        var socket = isStream ? new Socket(SocketType.Stream, ProtocolType.Tcp) : new Socket(SocketType.Dgram, ProtocolType.Udp);
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, cancellation);
            if (!isStream)
                return new StunConnection(socket, null);
            var plain = new NetworkStream(socket);
            if (address.Transport == StunTransport.Tcp)
                return new StunConnection(socket, plain);
            var tls = new SslStream(plain);
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = address.Host }, cancellation);
            return new StunConnection(socket, tls);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a request until its response arrives.</summary>
    /// <exception cref="IOException">The server closed the connection, or sent what is no STUN.</exception>
    internal async Task<StunMessage> Ask(StunMessage request, byte[]? key, CancellationToken cancellation)
    {
        var bytes = request.Write(key);
        if (_stream is null)
            return await AskByDatagrams(bytes, request.TransactionId, cancellation);
        await _stream.WriteAsync(bytes, cancellation);
        while (true)
        {
            var response = await ReadFromStream(_stream, cancellation);
            if (response.TransactionId.AsSpan().SequenceEqual(request.TransactionId))
                return response;
        }
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _socket.Dispose();
    }

    private async Task<StunMessage> AskByDatagrams(byte[] request, byte[] transactionId, CancellationToken cancellation)
    {
        var buffer = new byte[2048];
        for (var wait = FirstRetransmission; ; wait *= 2)
        {
            await _socket.SendAsync(request, cancellation);
            using var again = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            again.CancelAfter(wait);
            try
            {
                while (true)
                {
                    var length = await _socket.ReceiveAsync(buffer, again.Token);
                    // Datagrams may come from any sender.
                    if (StunMessage.Read(buffer.AsSpan(0, length)) is { } response
                        && response.TransactionId.AsSpan().SequenceEqual(transactionId))
                        return response;
                }
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                // Lost, or slow.
            }
        }
    }

    private static async Task<StunMessage> ReadFromStream(Stream stream, CancellationToken cancellation)
    {
        var header = new byte[StunMessage.HeaderBytes];
        await stream.ReadExactlyAsync(header, cancellation);
        var message = new byte[header.Length + BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(2))];
        header.CopyTo(message, 0);
        // Data other than STUN have an arbitrary length; the cookie identifies STUN before the body is awaited.
        if (!StunMessage.IsHeader(header))
            throw new IOException("The server does not speak STUN.");
        await stream.ReadExactlyAsync(message.AsMemory(header.Length), cancellation);
        return StunMessage.Read(message) ?? throw new IOException("The server sent a STUN message that cannot be read.");
    }
}
