using System.Collections.Frozen;

namespace OrleansCalls.Calls;

/// <summary>
/// Metric labels of reject reasons. Reasons are free text, which metrics must not show, and each label is a time series. So only
/// the standard reasons of apps have their own labels; all others share one.
/// </summary>
public static class RejectReasons
{
    /// <summary>Rejections without a reason.</summary>
    public const string None = "none";

    /// <summary>Rejections with free text.</summary>
    public const string Other = "other";

    private static readonly FrozenSet<string> Known = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "busy", "user_busy", "declined", "user_declined", "rejected", "user_rejected", "unavailable", "no_answer", "timeout",
        "cancelled", "unsupported");

    /// <summary>All labels.</summary>
    public static IEnumerable<string> All => [None, Other, .. Known];

    /// <summary>
    /// Returns the label of a reason, which is compared without case, trimmed, and with underscores for spaces.
    /// </summary>
    public static string Name(string? reason)
    {
        if (string.IsNullOrWhiteSpace(reason))
            return None;
        return Known.TryGetValue(reason.Trim().Replace(' ', '_'), out var known) ? known : Other;
    }
}
