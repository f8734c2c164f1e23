namespace OrleansCalls.Gateway.Calls;

/// <summary>
/// Cleans display names from tokens, homeservers and telephones of characters that are invisible but change how text is shown.
/// Used by hub, REST, dialects and the telephone bridge.
/// </summary>
public static class DisplayNames
{
    /// <summary>
    /// Returns the name without control and bidirectional characters, truncated to <see cref="CallLimits.Name"/> between
    /// characters; null if nothing is left.
    /// </summary>
    public static string? Clean(string? name)
    {
        if (string.IsNullOrEmpty(name))
            return null;
        var clean = name.Any(IsHidden) ? string.Concat(name.Where(c => !IsHidden(c))) : name;
        if (clean.Length > CallLimits.Name)
            clean = clean[..(char.IsHighSurrogate(clean[CallLimits.Name - 1]) ? CallLimits.Name - 1 : CallLimits.Name)];
        return clean.Length == 0 ? null : clean;
    }

    // Bidirectional controls let a name imitate another one and reorder the text behind it.
    private static bool IsHidden(char c) =>
        char.IsControl(c)
            || c is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\u200e' or '\u200f' or '\u061c';
}
