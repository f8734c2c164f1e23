using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;

namespace OrleansCalls.Gateway.Dialects;

/// <summary>Which device speaks, in languages whose clients do not say.</summary>
public static class DialectDevice
{
    private const int HashBytes = 8;

    /// <summary>
    /// The token's device, else the one named in the query (<c>deviceId</c>) or header (<c>X-Device-Id</c>), else one made of the
    /// program that speaks: all sockets and requests of one browser or app of a user are then one device, through new tokens and new
    /// networks.
    /// </summary>
    public static string Of(IDialect dialect, ClaimsPrincipal user, HttpRequest request) =>
        Named(user, request) ?? OfProgram(dialect, request);

    /// <summary>The device that token or request name; null if neither does.</summary>
    public static string? Named(ClaimsPrincipal user, HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Named(user, request.Headers[RestCaller.Device], request.Query["deviceId"]);
    }

    /// <summary>The device that the token names, else <paramref name="header"/> or <paramref name="query"/>; null if none does.</summary>
    public static string? Named(ClaimsPrincipal user, string? header, string? query) =>
        user.DeviceId(string.IsNullOrEmpty(header) ? query : header);

    /// <summary>The device made of the program that speaks.</summary>
    public static string OfProgram(IDialect dialect, HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(dialect);
        ArgumentNullException.ThrowIfNull(request);
        return OfProgram(dialect.Name, request.Headers.UserAgent);
    }

    /// <summary>The device made of the program that calls itself so.</summary>
    public static string OfProgram(string dialect, string? userAgent)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(userAgent ?? ""));
        return $"{dialect}-{Convert.ToHexStringLower(hash.AsSpan(0, HashBytes))}";
    }
}
