using System.Net;
using System.Net.Sockets;

namespace OrleansCalls.Tests.Tool;

/// <summary>A target that hangs: it takes connections and datagrams, and never says a word.</summary>
internal sealed class Silent : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Socket _datagrams = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    internal Silent()
    {
        // The backlog takes the connections; nobody takes them out of it.
        _listener.Start(100);
        _datagrams.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    internal int UdpPort => ((IPEndPoint)_datagrams.LocalEndPoint!).Port;

    public void Dispose()
    {
        _listener.Dispose();
        _datagrams.Dispose();
    }
}
