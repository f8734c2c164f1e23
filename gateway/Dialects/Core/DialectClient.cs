using System.Security.Claims;

namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>Who opens a line, and all that is known of the device.</summary>
public sealed record DialectClient
{
    /// <summary>Whose it is.</summary>
    public required string UserId { get; init; }

    /// <summary>Display name.</summary>
    public string? Name { get; init; }

    /// <summary>The device that token or client name; null if neither does.</summary>
    public required string? Named { get; init; }

    /// <summary>The program: <see cref="DialectDevice.Program"/>.</summary>
    public required string Program { get; init; }

    /// <summary>The login: <see cref="DialectDevice.Login"/>.</summary>
    public required string Login { get; init; }

    /// <summary>
    /// From where it comes, in languages whose clients open several sockets: those of one program that share login or address are one
    /// device. Null in all others, where each socket is a device.
    /// </summary>
    public string? Page { get; init; }

    /// <summary>The client of a WebSocket.</summary>
    /// <param name="dialect">What it speaks.</param>
    /// <param name="user">Whoever its token is of.</param>
    /// <param name="request">The request.</param>
    /// <param name="token">The token.</param>
    public static DialectClient Of(IDialect dialect, ClaimsPrincipal user, HttpRequest request, string? token)
    {
        ArgumentNullException.ThrowIfNull(dialect);
        ArgumentNullException.ThrowIfNull(request);
        return new DialectClient
        {
            UserId = user.UserId(),
            Name = user.DisplayName(),
            Named = DialectDevice.Named(user, request),
            Program = DialectDevice.Program(dialect.Name, request.Headers.UserAgent),
            Login = DialectDevice.Login(token),
        };
    }

    /// <summary>Whether a device without a name may be the one that this client had before.</summary>
    internal bool MayHaveBeen(string deviceId) => Named is null && DialectDevice.IsOf(Program, deviceId);

    /// <summary>How its commands name it on a device.</summary>
    internal Actor On(string deviceId) => new() { UserId = UserId, Name = Name, DeviceId = deviceId, OverSocket = true };
}
