namespace OrleansCalls;

/// <summary>
/// The user ids of telephone callers: <c>tel:</c> and the number (RFC 3966). Tokens should not have such a subject.
/// </summary>
public static class TelephoneNumber
{
    private const string Scheme = "tel:";
    private const string Withheld = "tel:anonymous:";

    // More than any number needs; a SIP user may be longer.
    private const int Longest = 80;

    /// <summary>
    /// Returns the user id of a number; if it is withheld, one per <paramref name="line"/>, to distinguish anonymous callers.
    /// </summary>
    public static string UserId(string number, string line)
    {
        ArgumentNullException.ThrowIfNull(number);
        return number.Length == 0 ? Withheld + line : Scheme + number;
    }

    /// <summary>Returns the number of a user id; empty if it is withheld, null if the user is not a telephone caller.</summary>
    public static string? Of(string userId)
    {
        ArgumentNullException.ThrowIfNull(userId);
        if (!userId.StartsWith(Scheme, StringComparison.Ordinal))
            return null;
        return userId.StartsWith(Withheld, StringComparison.Ordinal) ? "" : userId[Scheme.Length..];
    }

    /// <summary>Normalizes a number from a trunk; empty if it is withheld.</summary>
    public static string Clean(string? given)
    {
        var number = string.Concat(
            (given ?? "").Where(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '*' or '#' or '.' or '_' or '-'));
        if (number.Length > Longest)
            number = number[..Longest];
        return number.ToUpperInvariant() is "ANONYMOUS" or "UNKNOWN" or "UNAVAILABLE" or "RESTRICTED" or "WITHHELD" ? "" : number;
    }
}
