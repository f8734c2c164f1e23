using System.Security.Cryptography;
using System.Text;

namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>
/// Device ids for dialects whose clients send none: <c>{tag}-{program}-{login}-{random}</c>. Tag and program let any gateway
/// recognise a client that reconnects; the login matches REST requests to a socket that only listens.
/// </summary>
public static class DialectDevice
{
    private const char Separator = '-';

    /// <summary>Returns the device id in a request's header or query; empty if there is none.</summary>
    public static string ClaimedBy(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return RestCaller.DeviceIn(request) is { Length: > 0 } header ? header : request.Query["deviceId"].ToString();
    }

    /// <summary>Returns a digest of the User-Agent: the same for all phones with the same app.</summary>
    public static string Program(string deviceTag, string? userAgent) =>
        $"{deviceTag}{Separator}{Hash(userAgent, NamelessDevice.ProgramLength)}";

    /// <summary>Returns a digest that distinguishes logins without revealing the token.</summary>
    public static string Login(string? token) => Hash(token, NamelessDevice.LoginLength);

    /// <summary>Returns a new unique device id.</summary>
    internal static string New(string program, string login) =>
        string.Join(Separator, program, login, RandomNumberGenerator.GetHexString(NamelessDevice.RandomLength, lowercase: true));

    /// <summary>Returns true if a device id is an unnamed one of that program.</summary>
    internal static bool IsOf(string program, string deviceId) =>
        deviceId.StartsWith(program, StringComparison.Ordinal)
            && (deviceId.Length == program.Length || deviceId[program.Length] == Separator);

    private static string Hash(string? text, int digits) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text ?? "")).AsSpan(0, digits / 2));
}
