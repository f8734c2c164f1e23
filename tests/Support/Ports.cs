using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace OrleansCalls.Tests.Support;

/// <summary>Ports of the loopback interface.</summary>
public static class Ports
{
    // Below those that the system gives out by itself: a program may ask for one of them before it listens on ours.
    private const int First = 20_000;
    private const int Count = 9_000;

    private static int _last = RandomNumberGenerator.GetInt32(Count);

    /// <summary>One that nothing listens on, for a program whose address must be known before it runs.</summary>
    public static int Free()
    {
        while (true)
        {
            var port = First + ((Interlocked.Increment(ref _last) & int.MaxValue) % Count);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Another program's.
            }
        }
    }
}
