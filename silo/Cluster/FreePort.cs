using System.Net;
using System.Net.Sockets;

namespace OrleansCalls.Silo.Cluster;

/// <summary>Finds a free port: a silo must know its port before it listens, since the port is part of its address.</summary>
internal static class FreePort
{
    /// <summary>Returns a port that is currently free.</summary>
    public static int Find()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
