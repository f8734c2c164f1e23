using System.Text.RegularExpressions;

namespace OrleansCalls.Client.Server;

/// <summary>Ids of users and devices in REST requests. An id may contain any character, including a slash: always encode it
/// this way in a path or header.</summary>
public static partial class IdText
{
    /// <summary>
    /// A path segment: percent-encoded; twice for an id of dots only, since URLs drop <c>.</c> and <c>..</c>.
    /// </summary>
    public static string InPath(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        var encoded = Uri.EscapeDataString(id);
        return IsDots().IsMatch(id) ? Uri.EscapeDataString(encoded.Replace(".", "%2E", StringComparison.Ordinal)) : encoded;
    }

    /// <summary>A header value (<c>X-Act-As</c>, <c>X-Device-Id</c>): percent-encoded.</summary>
    public static string InHeader(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return Uri.EscapeDataString(id);
    }

    [GeneratedRegex(@"\A(?:\.|%(?:25)*2E)+\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex IsDots();
}
