using System.Security.Claims;

namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>Who opens a line, and all that is known of the device.</summary>
public sealed record DialectClient
{
    /// <summary>User and name, and the device that token or client name; without one if neither does.</summary>
    public required Actor Speaker { get; init; }

    /// <summary>The program: <see cref="DialectDevice.Program"/>.</summary>
    public required string Program { get; init; }

    /// <summary>The login: <see cref="DialectDevice.Login"/>.</summary>
    public required string Login { get; init; }

    /// <summary>
    /// From where it comes, in languages whose clients open several sockets: those of one program that share login or address are one
    /// device. Null in all others, where each socket is a device.
    /// </summary>
    public string? Page { get; init; }

    /// <summary>Whose it is.</summary>
    public string UserId => Speaker.UserId;

    /// <summary>The device that token or client name; null if neither does.</summary>
    public string? Named => Speaker.DeviceId;

    /// <summary>The client of a WebSocket.</summary>
    /// <param name="dialect">What it speaks.</param>
    /// <param name="user">Whoever its token is of.</param>
    /// <param name="request">The request.</param>
    /// <param name="token">The token.</param>
    public static DialectClient Of(IDialect dialect, ClaimsPrincipal user, HttpRequest request, string? token)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Of(dialect, user, DialectDevice.ClaimedBy(request), request.Headers.UserAgent, token);
    }

    /// <summary>A client, whatever carries what it says of itself.</summary>
    /// <param name="dialect">What it speaks.</param>
    /// <param name="user">Whoever its token is of.</param>
    /// <param name="claimedDevice">The device that it names; null or empty if it names none.</param>
    /// <param name="userAgent">The program that it says it is.</param>
    /// <param name="token">The token.</param>
    public static DialectClient Of(IDialect dialect, ClaimsPrincipal user, string? claimedDevice, string? userAgent, string? token)
    {
        ArgumentNullException.ThrowIfNull(dialect);
        return new DialectClient
        {
            Speaker = user.ToActor(claimedDevice),
            Program = DialectDevice.Program(dialect.DeviceTag, userAgent),
            Login = DialectDevice.Login(token),
        };
    }

    /// <summary>Whether a device without a name may be the one that this client had before.</summary>
    internal bool MayHaveBeen(string deviceId) => Named is null && DialectDevice.IsOf(Program, deviceId);

    /// <summary>How its commands name it on a device.</summary>
    internal Actor On(string deviceId) => Speaker with { DeviceId = deviceId, OverSocket = true };
}
