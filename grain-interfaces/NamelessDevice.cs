namespace OrleansCalls;

/// <summary>
/// Ids that gateways make for devices which name none: <c>{language}-{program}-{login}-{random}</c>, the last three as hashes and numbers
/// of fixed length.
/// </summary>
public static class NamelessDevice
{
    /// <summary>The language whose clients are pages of a browser, which nobody pushes.</summary>
    public const string PageLanguage = "001";

    /// <summary>Hexadecimal digits of the program.</summary>
    public const int ProgramLength = 16;

    /// <summary>Hexadecimal digits of the login.</summary>
    public const int LoginLength = 8;

    /// <summary>Hexadecimal digits of the number.</summary>
    public const int RandomLength = 12;

    private const char Separator = '-';

    /// <summary>Its login; null if the device has a name of its own.</summary>
    public static string? LoginOf(string deviceId)
    {
        ArgumentNullException.ThrowIfNull(deviceId);
        return deviceId.Split(Separator) is [_, { Length: ProgramLength }, { Length: LoginLength } login, { Length: RandomLength }] ? login : null;
    }

    /// <summary>Whether it may be a phone whose push token was given under another id.</summary>
    public static bool MayBePhone(string deviceId) =>
        LoginOf(deviceId) is not null && !deviceId.StartsWith(PageLanguage + Separator, StringComparison.Ordinal);
}
