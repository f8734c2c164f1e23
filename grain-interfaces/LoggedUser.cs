namespace OrleansCalls;

/// <summary>
/// A user id in a form that may be logged. A telephone caller's id is the number, which is personal data: only its last digits
/// are kept, enough to distinguish two callers.
/// </summary>
public readonly record struct LoggedUser
{
    private const int ShownDigits = 3;

    private readonly string? _text;

    private LoggedUser(string? text) => _text = text;

    /// <summary>Converts ids in calls of log methods.</summary>
    public static implicit operator LoggedUser(string? userId) => FromString(userId);

    /// <summary>Returns the form that may be logged.</summary>
    public static LoggedUser FromString(string? userId) =>
        new(userId is not null && TelephoneNumber.Of(userId) is { Length: > 0 } number ? $"tel:{Masked(number)}" : userId);

    /// <summary>Masks a number except its last digits; a short extension is not personal data and stays.</summary>
    public static string Masked(string number)
    {
        ArgumentNullException.ThrowIfNull(number);
        return number.Length <= 2 * ShownDigits ? number : $"...{number[^ShownDigits..]}";
    }

    /// <inheritdoc/>
    public override string ToString() => _text ?? "";
}
