using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace OrleansCalls.Silo.Cluster;

/// <summary>
/// Checks that no live silo has the address of the starting one. Orleans would take the new silo for a restart of the old one,
/// and declare the old one dead before it finds the port in use.
/// </summary>
internal static class SiloAddressCheck
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    // Two "I am alive" intervals and a margin.
    private static readonly TimeSpan Longest = (ClusterSetup.SignOfLife * 2) + TimeSpan.FromSeconds(1);

    // A silo without an "I am alive" for longer than this counts as gone.
    private const string Living =
        """
        SELECT hostname, iamalivetime FROM orleansmembershiptable
        WHERE deploymentid = $1 AND address = $2 AND port = $3 AND status <> 6 AND iamalivetime > now() - interval '30 seconds'
        ORDER BY generation DESC LIMIT 1
        """;

    /// <exception cref="SettingException">The address is in use.</exception>
    internal static async Task ThrowIfTaken(
        EndpointOptions endpoints, string connectionString, string clusterId, TimeProvider time, ILogger logger,
        CancellationToken cancellation)
    {
        ThrowIfInUse(nameof(SiloOptions.Port), new IPEndPoint(endpoints.AdvertisedIPAddress, endpoints.SiloPort));
        ThrowIfInUse(nameof(SiloOptions.GatewayPort), new IPEndPoint(endpoints.AdvertisedIPAddress, endpoints.GatewayPort));
        DateTime? first = null;
        for (var began = time.GetTimestamp(); time.GetElapsedTime(began) < Longest;)
        {
            // On this machine the port is free, so its former owner is gone. Elsewhere, for example in containers with the same
            // address on two machines, only a new "I am alive" distinguishes a live silo from a killed one, which is soon
            // declared dead.
            if (await Find(connectionString, clusterId, endpoints, logger, cancellation) is not { } old
                || old.Host == Dns.GetHostName())
                return;
            first ??= old.Alive;
            if (old.Alive != first)
            {
                throw new SettingException(
                    $"Silo__Address and Silo__Port are {endpoints.AdvertisedIPAddress}:{endpoints.SiloPort}, "
                        + $"but a silo of this cluster lives there, on {old.Host}; give this one an address or a port of its own.");
            }

            await Task.Delay(Look, time, cancellation);
        }
    }

    private static void ThrowIfInUse(string setting, IPEndPoint place)
    {
        try
        {
            using var socket = new Socket(place.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(place);
            socket.Listen();
        }
        catch (SocketException exception)
        {
            throw new SettingException(exception.SocketErrorCode == SocketError.AddressAlreadyInUse
                ? $"Silo__{setting} is {place.Port}, but another process has that port of {place.Address}; give this silo one of its own."
                : $"Silo__Address and Silo__{setting}: this machine cannot listen at {place}: {exception.Message}.");
        }
    }

    private static Task<Owner?> Find(
        string connectionString, string clusterId, EndpointOptions endpoints, ILogger logger, CancellationToken cancellation) =>
        MembershipTable.First(
            connectionString,
            Living,
            [clusterId, endpoints.AdvertisedIPAddress.ToString(), endpoints.SiloPort],
            row => new Owner(row.GetString(0), row.GetDateTime(1)),
            logger,
            cancellation);

    private sealed record Owner(string Host, DateTime Alive);
}
