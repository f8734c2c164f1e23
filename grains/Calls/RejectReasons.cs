using System.Collections.Frozen;

namespace OrleansCalls.Calls;

/// <summary>
/// Names under which rejections are counted. Reasons are free text, each name is a time series for as long as the process
/// runs, and whoever may see figures need not see what users write: the words that apps send by themselves are counted as
/// they are, all others together.
/// </summary>
public static class RejectReasons
{
    /// <summary>Of rejections that say nothing.</summary>
    public const string None = "none";

    /// <summary>Of rejections in words of somebody's own.</summary>
    public const string Other = "other";

    private static readonly FrozenSet<string> Known = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "busy", "user_busy", "declined", "user_declined", "rejected", "user_rejected", "unavailable", "no_answer", "timeout",
        "cancelled", "unsupported");

    /// <summary>Every name that there is.</summary>
    public static IEnumerable<string> All => [None, Other, .. Known];

    /// <summary>The name for a reason: without case, with underscores for spaces, and without spaces around it.</summary>
    public static string Name(string? reason)
    {
        if (string.IsNullOrWhiteSpace(reason))
            return None;
        return Known.TryGetValue(reason.Trim().Replace(' ', '_'), out var known) ? known : Other;
    }
}
