using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;

namespace OrleansCalls.Silo.Push.WebPush;

/// <summary>
/// Restricts Web Push requests against SSRF. Endpoints come from clients, so only public push services are contacted: https,
/// the default port, a public name and, for each connection, one of its public addresses.
/// </summary>
internal sealed class PushServices(IEnumerable<string> allowedOrigins) : IDisposable
{
    private const int LookupsAtOnce = 16;

    private static readonly IPNetwork[] ReservedV4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
            "224.0.0.0/4", "240.0.0.0/4",
        }.Select(text => IPNetwork.Parse(text)),
    ];

    private static readonly IPNetwork GlobalV6 = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    // Protocol assignments (including Teredo), documentation, 6to4.
    private static readonly IPNetwork[] ReservedV6 =
        [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(text => IPNetwork.Parse(text))];

    private static readonly string[] PrivateDomains =
    [
        ".localhost", ".local", ".internal", ".lan", ".home.arpa", ".test", ".invalid",
    ];

    // A lookup blocks a thread until the name's own servers reply.
    private readonly SemaphoreSlim _lookups = new(LookupsAtOnce);
    private readonly FrozenSet<string> _allowed = allowedOrigins.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public void Dispose() => _lookups.Dispose();

    /// <summary>Returns the origin of an endpoint.</summary>
    internal static string OriginOf(Uri endpoint) => endpoint.GetLeftPart(UriPartial.Authority);

    /// <summary>Returns why an endpoint is rejected, in one sentence; null if it is accepted.</summary>
    internal string? Fault(Uri endpoint)
    {
        if (_allowed.Contains(OriginOf(endpoint)))
            return null;
        var host = endpoint.IdnHost.TrimEnd('.');
        return endpoint.Scheme != Uri.UriSchemeHttps ? "The endpoint of a web_push token must be an https address."
            : !endpoint.IsDefaultPort ? "The endpoint of a web_push token must not name a port."
            : endpoint.HostNameType != UriHostNameType.Dns || !host.Contains('.', StringComparison.Ordinal)
                || PrivateDomains.Any(domain => host.EndsWith(domain, StringComparison.OrdinalIgnoreCase))
                ? "The endpoint of a web_push token must name a public host."
            : null;
    }

    /// <summary>Connects to the push service of a request, at one of its public addresses.</summary>
    /// <exception cref="NotPublicException">It has no public address.</exception>
    internal async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = await LookUp(host, cancellation);
        if (!_allowed.Contains(OriginOf(context.InitialRequestMessage.RequestUri!)))
            addresses = [.. addresses.Where(IsPublic)];
        if (addresses.Length == 0)
            throw new NotPublicException();
        // Connects to the checked addresses, since the name may resolve to others by now.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Resolves a name. Its place is released when the lookup ends, not when the caller gives up.</summary>
    private async Task<IPAddress[]> LookUp(string host, CancellationToken cancellation)
    {
        await _lookups.WaitAsync(cancellation);
        var lookup = Dns.GetHostAddressesAsync(host, CancellationToken.None);
        _ = lookup.ContinueWith(
            ended =>
            {
                _ = ended.Exception;
                _lookups.Release();
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return await lookup.WaitAsync(cancellation);
    }

    /// <summary>Returns true if an address is on the public internet.</summary>
    internal static bool IsPublic(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (plain.AddressFamily == AddressFamily.InterNetwork)
            return !ReservedV4.Any(network => network.Contains(plain));
        // A network without IPv4 reaches it through such addresses (RFC 6052).
        if (Nat64.Contains(plain))
            return IsPublic(new IPAddress(plain.GetAddressBytes()[12..]));
        return GlobalV6.Contains(plain) && !ReservedV6.Any(network => network.Contains(plain));
    }
}

/// <summary>A push service without a public address.</summary>
internal sealed class NotPublicException() : Exception("The push service has no public address.");
