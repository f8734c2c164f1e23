using System.Globalization;
using System.Text.RegularExpressions;

namespace OrleansCalls.Tool.Turn;

/// <summary>A browser's STUN or TURN server address (RFC 7064, RFC 7065).</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">Port.</param>
/// <param name="Transport">The transport.</param>
/// <param name="IsTurn">TURN, not STUN alone.</param>
internal sealed partial record StunAddress(string Host, int Port, StunTransport Transport, bool IsTurn)
{
    private const int PlainPort = 3478;
    private const int TlsPort = 5349;

    /// <summary>Parses an address; returns null if it is malformed.</summary>
    internal static StunAddress? Read(string text)
    {
        if (Form().Match(text) is not { Success: true } match)
            return null;
        var isSecure = match.Groups["scheme"].Value.EndsWith('s');
        var port = match.Groups["port"] is { Success: true } given ? int.Parse(
            given.Value, CultureInfo.InvariantCulture) : isSecure ? TlsPort : PlainPort;
        // turns: with transport=udp means TURN over DTLS, which no browser supports.
        if (port is < 1 or > 65535 || (isSecure && match.Groups["transport"].Value == "udp"))
            return null;
        return new StunAddress(
            match.Groups["host"].Value.Trim('[', ']'), port,
            isSecure ? StunTransport.Tls : match.Groups["transport"].Value == "tcp" ? StunTransport.Tcp : StunTransport.Udp,
            match.Groups["scheme"].Value.StartsWith('t'));
    }

    [GeneratedRegex(
        @"^(?<scheme>stuns?|turns?):(?<host>\[[0-9A-Fa-f:.]+\]|[^\[\]:?/\s]+)(:(?<port>\d{1,5}))?(\?transport=(?<transport>udp|tcp))?$")]
    private static partial Regex Form();
}

/// <summary>The transport to a server.</summary>
internal enum StunTransport
{
    /// <summary>Datagrams, retransmitted until a response arrives.</summary>
    Udp,

    /// <summary>A stream.</summary>
    Tcp,

    /// <summary>A TLS stream with a verified certificate.</summary>
    Tls,
}
