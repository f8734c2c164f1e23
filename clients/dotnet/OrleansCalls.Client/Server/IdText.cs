using System.Text.RegularExpressions;

namespace OrleansCalls.Client.Server;

/// <summary>
/// Ids of users and devices in REST requests. An id may hold any character, a slash too: always write it into a path or header this way.
/// </summary>
public static partial class IdText
{
    /// <summary>A segment of a path: percent-encoded; twice for an id of nothing but dots, since URLs drop <c>.</c> and <c>..</c>.</summary>
    public static string InPath(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        var encoded = Uri.EscapeDataString(id);
        return IsDots().IsMatch(id) ? Uri.EscapeDataString(encoded.Replace(".", "%2E", StringComparison.Ordinal)) : encoded;
    }

    /// <summary>The value of a header (<c>X-Act-As</c>, <c>X-Device-Id</c>): percent-encoded.</summary>
    public static string InHeader(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return Uri.EscapeDataString(id);
    }

    [GeneratedRegex(@"\A(?:\.|%(?:25)*2E)+\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex IsDots();
}
