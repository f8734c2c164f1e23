namespace OrleansCalls;

/// <summary>
/// Device ids that gateways generate for clients without one: <c>{language}-{program}-{login}-{random}</c>; the last three are
/// hashes and numbers of fixed length.
/// </summary>
public static class NamelessDevice
{
    /// <summary>The language of clients that are browser pages, which are never pushed.</summary>
    public const string PageLanguage = "001";

    /// <summary>Hexadecimal digits of the program.</summary>
    public const int ProgramLength = 16;

    /// <summary>Hexadecimal digits of the login.</summary>
    public const int LoginLength = 8;

    /// <summary>Hexadecimal digits of the random number.</summary>
    public const int RandomLength = 12;

    private const char Separator = '-';

    /// <summary>Returns the login of a generated id; null for any other device id.</summary>
    public static string? LoginOf(string deviceId)
    {
        ArgumentNullException.ThrowIfNull(deviceId);
        return deviceId.Split(Separator)
            is [_, { Length: ProgramLength }, { Length: LoginLength } login, { Length: RandomLength }] ? login : null;
    }

    /// <summary>Returns true if the device may be a phone that set its push token under another id.</summary>
    public static bool MayBePhone(string deviceId) =>
        LoginOf(deviceId) is not null && !deviceId.StartsWith(PageLanguage + Separator, StringComparison.Ordinal);
}
