using System.Security.Claims;

namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>The client that opens a socket, and what is known of its device.</summary>
public sealed record DialectClient
{
    /// <summary>User, name and device; the device is null if neither token nor client names one.</summary>
    public required Actor Actor { get; init; }

    /// <summary>The client program: <see cref="DialectDevice.Program"/>.</summary>
    public required string Program { get; init; }

    /// <summary>The login: <see cref="DialectDevice.Login"/>.</summary>
    public required string Login { get; init; }

    /// <summary>
    /// The client's address, in dialects whose clients open several sockets: sockets of one program that share login or address
    /// are one device. Null in all others, where each socket is a device.
    /// </summary>
    public string? Page { get; init; }

    /// <summary>The user id.</summary>
    public string UserId => Actor.UserId;

    /// <summary>The device id from token or client; null if neither has one.</summary>
    public string? Named => Actor.DeviceId;

    /// <summary>Creates the client of a WebSocket.</summary>
    /// <param name="dialect">The dialect.</param>
    /// <param name="user">The claims of its token.</param>
    /// <param name="request">The request.</param>
    /// <param name="token">The token.</param>
    public static DialectClient Of(IDialect dialect, ClaimsPrincipal user, HttpRequest request, string? token)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Of(dialect, user, DialectDevice.ClaimedBy(request), request.Headers.UserAgent, token);
    }

    /// <summary>Creates a client of any transport.</summary>
    /// <param name="dialect">The dialect.</param>
    /// <param name="user">The claims of its token.</param>
    /// <param name="claimedDevice">The device id sent by the client; null or empty if none.</param>
    /// <param name="userAgent">The client's User-Agent.</param>
    /// <param name="token">The token.</param>
    public static DialectClient Of(
        IDialect dialect, ClaimsPrincipal user, string? claimedDevice, string? userAgent, string? token)
    {
        ArgumentNullException.ThrowIfNull(dialect);
        return new DialectClient
        {
            Actor = user.ToActor(claimedDevice),
            Program = DialectDevice.Program(dialect.DeviceTag, userAgent),
            Login = DialectDevice.Login(token),
        };
    }

    /// <summary>Returns true if this client may have used an unnamed device before.</summary>
    internal bool MayHaveBeen(string deviceId) => Named is null && DialectDevice.IsOf(Program, deviceId);

    /// <summary>Returns the actor of its commands on a device.</summary>
    internal Actor On(string deviceId) => Actor with { DeviceId = deviceId, OverSocket = true };
}
