using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace OrleansCalls.Gateway.SocketIo;

/// <summary>
/// Limits the number of clients that are not authenticated yet, since anybody may open a socket: in total, and per address (for
/// IPv6 per /64 prefix, which belongs to one host).
/// </summary>
/// <param name="most">The maximum in total.</param>
/// <param name="mostOfAddress">The maximum of one address.</param>
internal sealed class UnconnectedLimit(int most, int mostOfAddress)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(AddressFamily, ulong), int> _ofAddress = [];
    private int _count;

    /// <summary>Reserves a place. Returns false when there is none.</summary>
    public bool TryEnter(IPAddress? address)
    {
        lock (_lock)
        {
            if (_count >= most || _ofAddress.GetValueOrDefault(HostOf(address)) >= mostOfAddress)
                return false;
            Add(address, 1);
            return true;
        }
    }

    /// <summary>Reserves a place for a client that disconnected but keeps its session; never refused.</summary>
    public void Enter(IPAddress? address)
    {
        lock (_lock)
            Add(address, 1);
    }

    /// <summary>Releases a place.</summary>
    public void Leave(IPAddress? address)
    {
        lock (_lock)
            Add(address, -1);
    }

    private static (AddressFamily, ulong) HostOf(IPAddress? address)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        address = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
        address?.TryWriteBytes(bytes, out _);
        return (address?.AddressFamily ?? AddressFamily.Unspecified, BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }

    private void Add(IPAddress? address, int difference)
    {
        var host = HostOf(address);
        _count += difference;
        var left = _ofAddress.GetValueOrDefault(host) + difference;
        if (left > 0)
            _ofAddress[host] = left;
        else
            _ofAddress.Remove(host);
    }
}
