using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace OrleansCalls.Silo.Settings;

/// <summary>
/// Validates the addresses of a program by binding them before anything else starts: Kestrel starts last, and its errors name
/// no setting.
/// </summary>
public static class ListenSettings
{
    /// <summary>Validates the addresses of <paramref name="urls"/>, separated by semicolons.</summary>
    /// <param name="setting">The setting to name in errors.</param>
    /// <param name="urls">The value of the setting.</param>
    /// <param name="configuration">Where a certificate may be set.</param>
    /// <param name="development">Whether a development certificate may be used.</param>
    /// <exception cref="SettingException">An address cannot be bound.</exception>
    public static void Check(string setting, string? urls, IConfiguration configuration, bool development)
    {
        foreach (var address in Read(setting, urls, configuration, development))
        {
            if (!address.IsUnixPipe && Refusal(address) is { } reason)
                throw new SettingException($"{setting}: {address.Host}:{address.Port} cannot be listened at: {reason}.");
        }
    }

    /// <summary>Parses the addresses without binding them.</summary>
    /// <inheritdoc cref="Check" path="/param"/>
    /// <exception cref="SettingException">A value is not a valid address.</exception>
    public static IReadOnlyList<BindingAddress> Read(string setting, string? urls, IConfiguration configuration, bool development)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var addresses = new List<BindingAddress>();
        foreach (var url in (urls ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (Parse(url) is not { } address)
                throw new SettingException(
                    $"{setting} must hold http or https addresses such as http://localhost:5080, with semicolons between them.");
            if (address.Scheme == "https" && !development
                && !configuration.GetSection("Kestrel:Certificates:Default").GetChildren().Any())
                throw new SettingException(
                    $"{setting}: an https address needs a certificate (Kestrel__Certificates__Default__Path).");
            addresses.Add(address);
        }

        return addresses;
    }

    private static BindingAddress? Parse(string url)
    {
        try
        {
            return BindingAddress.Parse(url) is { Scheme: "http" or "https", Port: >= 0 and <= IPEndPoint.MaxPort } address
                ? address
                : null;
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
