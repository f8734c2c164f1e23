using System.Security.Cryptography;
using System.Text;

namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>
/// Which device speaks, in languages whose clients do not say. A device that has no name is called
/// <c>{tag}-{program}-{login}-{random}</c>: by the first two a client that comes back is known again, on every gateway, and by the
/// third the requests of a client whose socket only listens.
/// </summary>
public static class DialectDevice
{
    private const char Separator = '-';

    /// <summary>The device that a request names, in its header or else in its query; empty if it names none.</summary>
    public static string ClaimedBy(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return RestCaller.DeviceIn(request) is { Length: > 0 } header ? header : request.Query["deviceId"].ToString();
    }

    /// <summary>The program that calls itself so: the same for all phones with the same app.</summary>
    public static string Program(string deviceTag, string? userAgent) =>
        $"{deviceTag}{Separator}{Hash(userAgent, NamelessDevice.ProgramLength)}";

    /// <summary>What tells one login from another without telling the token.</summary>
    public static string Login(string? token) => Hash(token, NamelessDevice.LoginLength);

    /// <summary>A device that there has never been.</summary>
    internal static string New(string program, string login) =>
        string.Join(Separator, program, login, RandomNumberGenerator.GetHexString(NamelessDevice.RandomLength, lowercase: true));

    /// <summary>Whether a device is a nameless one of that program.</summary>
    internal static bool IsOf(string program, string deviceId) =>
        deviceId.StartsWith(program, StringComparison.Ordinal) && (deviceId.Length == program.Length || deviceId[program.Length] == Separator);

    private static string Hash(string? text, int digits) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text ?? "")).AsSpan(0, digits / 2));
}
