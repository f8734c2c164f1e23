using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using OrleansCalls.Gateway.Ice;
using OrleansCalls.Silo.Settings;
using OrleansCalls.Tool.Turn;

namespace OrleansCalls.Tool.Doctor;

/// <summary>
/// STUN and TURN servers, tested as a browser uses them: TURN by allocating a relay address, with new credentials.
/// </summary>
internal static class IceCheck
{
    internal static async Task Run(CheckContext context, Findings findings, CancellationToken cancellation)
    {
        var options = SettingsReader.Read(context.Settings.Configuration, IceOptions.Read);
        if (options.TurnUrls.IsEmpty)
        {
            findings.Warning(
                "There is no TURN server: calls between two strict networks have no sound.",
                "Set Ice__TurnUrls and Ice__TurnSecret; docker/compose.single.yaml runs coturn.");
        }

        var credentials = new IceServers(options, TimeProvider.System).For("orleanscalls-doctor")
            .FirstOrDefault(server => server.Username is not null);
        await Task.WhenAll(options.StunUrls.Concat(options.TurnUrls).Distinct(StringComparer.Ordinal).Select(async url =>
        {
            try
            {
                await One(url, credentials?.Username ?? "", credentials?.Credential ?? "", findings, cancellation);
            }
            catch (TurnException refused)
            {
                findings.Error($"{url} {refused.Message}.", Remedy(refused.Code));
            }
            catch (AuthenticationException e)
            {
                findings.Error(
                    $"{url} has a certificate that does not hold: {Output.Clean(e.Message).TrimEnd('.')}.",
                    "Give coturn (cert, pkey) one that browsers take, for this name.");
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                findings.Error(
                    $"{url} cannot be reached: {Output.Clean(e.GetBaseException().Message).TrimEnd('.')}.",
                    "Start it, or mend the address, the port or the firewall.");
            }
            catch (OperationCanceledException)
            {
                findings.Error(
                    $"{url} does not answer.",
                    "Nothing listens there, or a firewall drops it: UDP and TCP 3478, TLS 5349, and the relay's range of ports must be open.");
            }
        }));
    }

    private static async Task One(
        string url, string username, string credential, Findings findings, CancellationToken cancellation)
    {
        if (StunAddress.Read(url) is not { } address)
        {
            findings.Error(
                $"{url} is not an address that browsers take.",
                "Write turn:HOST:PORT?transport=udp, turns:HOST:PORT?transport=tcp or stun:HOST:PORT.");
            return;
        }

        if (!address.IsTurn)
        {
            findings.Ok($"{url} answers, and sees this machine as {await TurnAllocation.Bind(address, cancellation)}.");
            return;
        }

        var relayed = await TurnAllocation.Make(address, username, credential, cancellation);
        if (IsPrivate(relayed.Address) && !(IPAddress.TryParse(address.Host, out var host) && IsPrivate(host))
            && address.Host != "localhost")
        {
            findings.Warning(
                $"{url} gives out the relay address {relayed}, which is private: nobody outside can send to it.",
                "Set external-ip (coturn) to the server's public address.");
            return;
        }

        findings.Ok($"{url} takes the credentials, and gave out the relay address {relayed}.");
    }

    private static string Remedy(int code) => code switch
    {
        401 => "Its static-auth-secret (coturn, with use-auth-secret) must be Ice__TurnSecret, and its clock this machine's.",
        403 => "It forbids this address; look at its allowed-peer and denied-peer lists.",
        486 or 508 => "It has no room left: raise user-quota, total-quota or the range of relay ports.",
        _ => "Its log says more; coturn needs use-auth-secret, static-auth-secret and a realm.",
    };

    private static bool IsPrivate(IPAddress address) => address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal
        || IPAddress.IsLoopback(address)
        || (address.AddressFamily == AddressFamily.InterNetwork
            && address.GetAddressBytes() is [10, ..] or [172, >= 16 and < 32, ..] or [192, 168, ..] or [169, 254, ..]
                or [100, >= 64 and < 128, ..]);
}
