namespace OrleansCalls;

/// <summary>
/// A user's id as a log may have it. Somebody on a telephone has no other id than the number, and a number is a person: of that only the
/// last digits are left, enough to tell two callers apart.
/// </summary>
public readonly record struct LoggedUser
{
    private const int ShownDigits = 3;

    private readonly string? _text;

    private LoggedUser(string? text) => _text = text;

    /// <summary>Log lines are given ids and show this.</summary>
    public static implicit operator LoggedUser(string? userId) => FromString(userId);

    /// <summary>What a log may have of a user's id.</summary>
    public static LoggedUser FromString(string? userId) =>
        new(userId is not null && TelephoneNumber.Of(userId) is { Length: > 0 } number ? $"tel:{Masked(number)}" : userId);

    /// <summary>A number but for its last digits; one as short as an extension's is nobody's outside, and stays.</summary>
    public static string Masked(string number)
    {
        ArgumentNullException.ThrowIfNull(number);
        return number.Length <= 2 * ShownDigits ? number : $"...{number[^ShownDigits..]}";
    }

    /// <inheritdoc/>
    public override string ToString() => _text ?? "";
}
