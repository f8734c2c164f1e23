using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace OrleansCalls.Silo;

/// <summary>
/// Whether a program can listen where it is told to, found out before it joins anything: a silo that cannot has the others declare it
/// dead, with some hundred lines of log.
/// </summary>
public static class ListenAddress
{
    /// <summary>Checks addresses as ASP.NET Core takes them, with semicolons between them. An empty text has none.</summary>
    /// <exception cref="OptionsValidationException">One is no address, or cannot be listened at; the sentence names the setting.</exception>
    public static void Check(string setting, string? urls)
    {
        foreach (var url in (urls ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (Parse(url) is not { } address)
                throw Fault(setting, $"{setting} must hold http or https addresses such as http://localhost:5080, with semicolons between them, not '{url}'.");
            if (!address.IsUnixPipe && address.Port != 0)
                Check(setting, EndPoint(address));
        }
    }

    /// <inheritdoc cref="Check(string, string?)"/>
    public static void Check(string setting, IPEndPoint place)
    {
        ArgumentNullException.ThrowIfNull(place);
        try
        {
            using var socket = new Socket(place.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (place.Address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;
            socket.Bind(place);
            socket.Listen();
        }
        catch (SocketException exception)
        {
            throw Fault(setting, exception.SocketErrorCode == SocketError.AddressAlreadyInUse
                ? $"{setting}: another process listens at {place} already."
                : $"{setting}: this machine cannot listen at {place}: {exception.Message}.");
        }
    }

    private static BindingAddress? Parse(string url)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            return address.Scheme is "http" or "https" && address.Port is >= 0 and <= IPEndPoint.MaxPort ? address : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    // As Kestrel takes them: a name other than localhost is every address.
    private static IPEndPoint EndPoint(BindingAddress address) => new(
        IPAddress.TryParse(address.Host, out var ip) ? ip
        : address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
        : Socket.OSSupportsIPv6 ? IPAddress.IPv6Any
        : IPAddress.Any,
        address.Port);

    private static OptionsValidationException Fault(string setting, string sentence) => new(setting, typeof(ListenAddress), [sentence]);
}
