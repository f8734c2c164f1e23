using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace OrleansCalls.Silo.Settings;

/// <summary>Addresses that a program is told to listen at, tried before anything else starts: Kestrel comes last, and has other words.</summary>
public static class ListenSettings
{
    /// <summary>Checks the addresses of <paramref name="urls"/>, which have semicolons between them.</summary>
    /// <param name="setting">What the sentences name.</param>
    /// <param name="urls">The value of the setting.</param>
    /// <param name="configuration">Where a certificate may be set.</param>
    /// <param name="development">Whether the certificate for development may be there.</param>
    /// <exception cref="SettingException">One cannot be listened at.</exception>
    public static void Check(string setting, string? urls, IConfiguration configuration, bool development)
    {
        foreach (var address in Read(setting, urls, configuration, development))
        {
            if (!address.IsUnixPipe && Refusal(address) is { } reason)
                throw new SettingException($"{setting}: {address.Host}:{address.Port} cannot be listened at: {reason}.");
        }
    }

    /// <summary>Reads the addresses without trying them.</summary>
    /// <inheritdoc cref="Check" path="/param"/>
    /// <exception cref="SettingException">One is no address that could be listened at on any machine.</exception>
    public static IReadOnlyList<BindingAddress> Read(string setting, string? urls, IConfiguration configuration, bool development)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var addresses = new List<BindingAddress>();
        foreach (var url in (urls ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (Parse(url) is not { } address)
                throw new SettingException($"{setting} must hold http or https addresses such as http://localhost:5080, with semicolons between them.");
            if (address.Scheme == "https" && !development && !configuration.GetSection("Kestrel:Certificates:Default").GetChildren().Any())
                throw new SettingException($"{setting}: an https address needs a certificate (Kestrel__Certificates__Default__Path).");
            addresses.Add(address);
        }

        return addresses;
    }

    private static BindingAddress? Parse(string url)
    {
        try
        {
            return BindingAddress.Parse(url) is { Scheme: "http" or "https", Port: >= 0 and <= IPEndPoint.MaxPort } address ? address : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string? Refusal(BindingAddress address)
    {
        var ip = IPAddress.TryParse(address.Host.Trim('[', ']'), out var given) ? given
            : address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
            : IPAddress.Any;
        try
        {
            using var socket = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(ip, address.Port));
            return null;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode switch
            {
                SocketError.AddressNotAvailable => "this machine has no such address",
                SocketError.AddressAlreadyInUse => "another program listens there",
                SocketError.AccessDenied => "this user may not listen there",
                _ => e.Message.TrimEnd('.'),
            };
        }
    }
}
