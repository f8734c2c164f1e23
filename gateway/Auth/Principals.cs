using System.Security.Claims;

namespace OrleansCalls.Gateway.Auth;

/// <summary>Reads the claims of a verified token.</summary>
public static class Principals
{
    /// <summary>Role that may act for other users (<c>X-Act-As</c>).</summary>
    public const string Service = "service";

    /// <summary>Role that may see and end all calls.</summary>
    public const string Admin = "admin";

    /// <summary>Returns the validated user id.</summary>
    public static string UserId(this ClaimsPrincipal principal)
    {
        var sub = principal.FindFirst("sub")?.Value;
        return sub is { Length: <= CallLimits.UserId } && !string.IsNullOrWhiteSpace(sub) && !sub.Any(char.IsControl)
            ? sub
            : throw new CallException(CallErrorCode.Unauthenticated, "The token's sub is not a user id of 1 to 128 characters.");
    }

    /// <summary>Returns the display name, as cleaned by <see cref="DisplayNames.Clean"/>; null if the token has none.</summary>
    public static string? DisplayName(this ClaimsPrincipal principal) => DisplayNames.Clean(principal.FindFirst("name")?.Value);

    /// <summary>
    /// Returns the device of the token, else <paramref name="claimed"/>. A token bound to a device is rejected for any other.
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

    /// <summary>Returns the actor for commands.</summary>
    /// <param name="principal">The claims: user, display name, and optionally the device.</param>
    /// <param name="claimedDevice">The device named by the client; null or empty if none.</param>
    /// <exception cref="CallException">
    /// The user id or device id is missing or invalid, or the device is not the token's.
    /// </exception>
    public static Actor ToActor(this ClaimsPrincipal principal, string? claimedDevice) => new()
    {
        UserId = principal.UserId(), Name = principal.DisplayName(), DeviceId = principal.DeviceId(claimedDevice),
    };

    /// <summary>Returns true if the token has the role in its claim <c>roles</c> or <c>role</c>.</summary>
    public static bool HasRole(this ClaimsPrincipal principal, string role) =>
        principal.HasClaim("roles", role) || principal.HasClaim("role", role);

    /// <summary>
    /// Returns the one call for which an action token is valid; null for every other token, whatever it claims.
    /// </summary>
    public static string? OnlyCall(this ClaimsPrincipal principal) =>
        principal.Identity?.AuthenticationType == ActionTokenHandler.Scheme
            ? principal.FindFirst(ActionTokenHandler.CallClaim)?.Value ?? ""
            : null;
}
