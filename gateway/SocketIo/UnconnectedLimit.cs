using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace OrleansCalls.Gateway.SocketIo;

/// <summary>
/// How many clients there are whose token has not been checked: anybody may open a socket, so there are only so many, and only a share
/// of them for one address (of IPv6 the first 64 bits, which are one host's).
/// </summary>
/// <param name="most">In all.</param>
/// <param name="mostOfAddress">From one address.</param>
internal sealed class Strangers(int most, int mostOfAddress)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(AddressFamily, ulong), int> _ofAddress = [];
    private int _count;

    /// <summary>Takes a place. Returns false when there is none.</summary>
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

    /// <summary>Takes a place for a client that has disconnected and keeps its session: not new, so never refused.</summary>
    public void Enter(IPAddress? address)
    {
        lock (_lock)
            Add(address, 1);
    }

    /// <summary>Gives a place back.</summary>
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
