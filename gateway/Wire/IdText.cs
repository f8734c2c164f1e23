using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace OrleansCalls.Gateway.Wire;

/// <summary>
/// How ids of users and devices travel where not every character can stand. An id is any text (the <c>sub</c> of an OpenID Connect issuer is
/// often a URL), and this is the one place that decides how it is written in a path, in a header and in a TURN user name.
/// </summary>
/// <remarks>
/// In a path and in a header an id is percent-encoded UTF-8 (RFC 3986). Clients, proxies and servers take <c>.</c> and <c>..</c> out of
/// a path, also as <c>%2E</c>; so in a path an id of nothing but dots, written as such or percent-encoded, is encoded twice.
/// </remarks>
public static partial class IdText
{
    private const int TurnBytes = 16;

    /// <summary>The id that a segment of a path stands for, the segment as it was sent. What is no percent-encoding stands for itself.</summary>
    public static string FromPath(string segment)
    {
        var once = Uri.UnescapeDataString(segment);
        return IsDots().IsMatch(once) ? Uri.UnescapeDataString(once) : once;
    }

    /// <summary>The id that the value of a header stands for. What is no percent-encoding stands for itself.</summary>
    public static string FromHeader(string value) => Uri.UnescapeDataString(value);

    /// <summary>
    /// The user in a TURN user name: coturn refuses quotes, spaces and backslashes, and its log should name nobody. One and the same for a
    /// user as long as the secret is the same.
    /// </summary>
    public static string ForTurn(string userId, byte[] secret) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(userId)).AsSpan(0, TurnBytes));

    [GeneratedRegex(@"\A(?:\.|%(?:25)*2E)+\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex IsDots();
}
