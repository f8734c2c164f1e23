namespace OrleansCalls;

/// <summary>
/// How somebody on a telephone is named as a user: <c>tel:</c> and the number (RFC 3966). No token should have such a subject.
/// </summary>
public static class TelephoneNumber
{
    private const string Scheme = "tel:";
    private const string Withheld = "tel:anonymous:";

    // What is left of a user id's 128 characters is more than any number has; a SIP user may be longer.
    private const int Longest = 80;

    /// <summary>The user behind a number; where it is withheld one for each <paramref name="line"/>, to keep strangers apart.</summary>
    public static string UserId(string number, string line)
    {
        ArgumentNullException.ThrowIfNull(number);
        return number.Length == 0 ? Withheld + line : Scheme + number;
    }

    /// <summary>The number behind a user; empty if it is withheld, null if this is nobody on a telephone.</summary>
    public static string? Of(string userId)
    {
        ArgumentNullException.ThrowIfNull(userId);
        if (!userId.StartsWith(Scheme, StringComparison.Ordinal))
            return null;
        return userId.StartsWith(Withheld, StringComparison.Ordinal) ? "" : userId[Scheme.Length..];
    }

    /// <summary>A number as a trunk gives it, without what is none of it; empty if it is withheld.</summary>
    public static string Clean(string? given)
    {
        var number = string.Concat((given ?? "").Where(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '*' or '#' or '.' or '_' or '-'));
        if (number.Length > Longest)
            number = number[..Longest];
        return number.ToUpperInvariant() is "ANONYMOUS" or "UNKNOWN" or "UNAVAILABLE" or "RESTRICTED" or "WITHHELD" ? "" : number;
    }
}
