using System.Security.Claims;

namespace OrleansCalls.Gateway.Auth;

/// <summary>What the verified token says of whoever speaks.</summary>
public static class Principals
{
    /// <summary>May act for others (<c>X-Act-As</c>).</summary>
    public const string Service = "service";

    /// <summary>May see and end all calls.</summary>
    public const string Admin = "admin";

    /// <summary>The user id, checked.</summary>
    public static string UserId(this ClaimsPrincipal principal)
    {
        var sub = principal.FindFirst("sub")?.Value;
        return sub is { Length: <= CallLimits.UserId } && !string.IsNullOrWhiteSpace(sub) && !sub.Any(char.IsControl)
            ? sub
            : throw new CallException(CallErrorCode.Unauthenticated, "The token's sub is not a user id of 1 to 128 characters.");
    }

    /// <summary>The display name, as <see cref="DisplayNames.Clean"/> leaves it; null if the token has none.</summary>
    public static string? DisplayName(this ClaimsPrincipal principal) => DisplayNames.Clean(principal.FindFirst("name")?.Value);

    /// <summary>
    /// The device: the token's if it names one, else <paramref name="claimed"/>. A token bound to one device is no good for another.
    /// </summary>
    public static string? DeviceId(this ClaimsPrincipal principal, string? claimed)
    {
        var bound = principal.FindFirst("device_id")?.Value;
        var said = string.IsNullOrEmpty(claimed) ? null : Check.DeviceId(claimed);
        if (string.IsNullOrEmpty(bound))
            return said;
        if (said is not null && said != bound)
            throw CallException.Forbidden("The token is bound to another device.");
        return Check.DeviceId(bound, "device_id");
    }

    /// <summary>Who speaks, as commands name them.</summary>
    /// <param name="principal">The claims: user, display name, and the device if they name one.</param>
    /// <param name="claimedDevice">The device that the client names itself; null or empty if it names none.</param>
    /// <exception cref="CallException">No user id, no device id, or a device that is not the token's.</exception>
    public static Actor ToActor(this ClaimsPrincipal principal, string? claimedDevice) => new()
    {
        UserId = principal.UserId(), Name = principal.DisplayName(), DeviceId = principal.DeviceId(claimedDevice),
    };

    /// <summary>Whether the token has a role, in its claim <c>roles</c> or <c>role</c>.</summary>
    public static bool HasRole(this ClaimsPrincipal principal, string role) =>
        principal.HasClaim("roles", role) || principal.HasClaim("role", role);

    /// <summary>The one call for which an action token is good; null for every other token, whatever it claims.</summary>
    public static string? OnlyCall(this ClaimsPrincipal principal) => principal.Identity?.AuthenticationType == ActionTokenHandler.Scheme
        ? principal.FindFirst(ActionTokenHandler.CallClaim)?.Value ?? ""
        : null;
}
