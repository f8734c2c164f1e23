namespace OrleansCalls.Gateway.Calls;

/// <summary>
/// The names that people see, as they come from tokens, homeservers and telephones: without what cannot be seen but changes how the rest
/// is read. The same for hub, REST, dialects and the telephone bridge.
/// </summary>
public static class DisplayNames
{
    /// <summary>
    /// The name without control characters and bidirectional controls, within <see cref="CallLimits.Name"/> and never cut within a
    /// character; null if nothing is left of it.
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

    // A name that turns the direction of its text can pass for another one, and turns what is written behind it.
    private static bool IsHidden(char c) =>
        char.IsControl(c) || c is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\u200e' or '\u200f' or '\u061c';
}
