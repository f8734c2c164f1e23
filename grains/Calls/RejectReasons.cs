namespace OrleansCalls.Calls;

/// <summary>
/// Names under which rejections are counted. Reasons are free text, and each name is a time series for as long as the process runs: the
/// first few that apps use are counted as they are, all others together.
/// </summary>
public sealed class RejectReasons
{
    /// <summary>Of rejections that say nothing.</summary>
    public const string None = "none";

    /// <summary>Of rejections whose reason came after the most that are counted apart.</summary>
    public const string Other = "other";

    private const int MostNames = 32;
    private const int LongestName = 64;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>The name for a reason: without case, and without spaces around it.</summary>
    public string Name(string? reason)
    {
        var name = reason?.Trim().ToLowerInvariant();
        if (string.IsNullOrEmpty(name))
            return None;
        if (name.Length > LongestName || name.Any(char.IsControl))
            return Other;
        lock (_lock)
            return _names.Contains(name) || (_names.Count < MostNames && _names.Add(name)) ? name : Other;
    }
}
