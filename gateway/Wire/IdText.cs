using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace OrleansCalls.Gateway.Wire;

/// <summary>
/// Encodes user and device ids where not every character is allowed. An id is any text (the <c>sub</c> of an OpenID Connect
/// issuer is often a URL); this class defines its form in paths, headers and TURN user names.
/// </summary>
/// <remarks>
/// In a path and in a header an id is percent-encoded UTF-8 (RFC 3986). Clients, proxies and servers remove <c>.</c> and
/// <c>..</c> from a path, also as <c>%2E</c>. In a path an id that consists of dots only, plain or percent-encoded, is therefore
/// encoded twice.
/// </remarks>
public static partial class IdText
{
    private const int TurnBytes = 16;

    /// <summary>Decodes an id from a path segment in its raw form. Invalid percent-encoding is left unchanged.</summary>
    public static string FromPath(string segment)
    {
        var once = Uri.UnescapeDataString(segment);
        return IsDots().IsMatch(once) ? Uri.UnescapeDataString(once) : once;
    }

    /// <summary>Decodes an id from a header value. Invalid percent-encoding is left unchanged.</summary>
    public static string FromHeader(string value) => Uri.UnescapeDataString(value);

    /// <summary>
    /// Returns the user's name for TURN: coturn rejects quotes, spaces and backslashes, and its log must not name users. Stable
    /// for as long as the secret is.
    /// </summary>
    public static string ForTurn(string userId, byte[] secret) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(userId)).AsSpan(0, TurnBytes));

    [GeneratedRegex(@"\A(?:\.|%(?:25)*2E)+\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex IsDots();
}
