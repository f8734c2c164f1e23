using System.Net;
using System.Net.Sockets;

namespace OrleansCalls.Tests.Support;

/// <summary>Ports of the loopback interface.</summary>
public static class Ports
{
    /// <summary>One that nothing listens on, for a program whose address must be known before it runs.</summary>
    public static int Free()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
