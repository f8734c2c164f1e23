using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace OrleansCalls.Gateway.Auth;

/// <summary>
/// Authenticates the action tokens sent in pushes. Their scope is enforced by policy and by <see cref="Rest.RestCaller"/>.
/// </summary>
internal sealed class ActionTokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder, ActionKeys keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    /// <summary>The scheme's name.</summary>
    public new const string Scheme = "ActionToken";

    /// <summary>The claim with the one call for which the token is valid.</summary>
    public const string CallClaim = "call_id";

    private const string Bearer = "Bearer ";

    /// <summary>Returns true if the request carries an action token rather than an issuer's token.</summary>
    public static bool IsBroughtBy(HttpContext context) =>
        context.Request.Headers.Authorization.ToString().StartsWith(
            Bearer + ActionToken.Prefix, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!IsBroughtBy(Context))
            return AuthenticateResult.NoResult();
        if (await keys.Read(header[Bearer.Length..]) is not { } token)
            return AuthenticateResult.Fail("The action token is not valid, or has expired.");
        var identity = new ClaimsIdentity(
            [new Claim("sub", token.UserId), new Claim("device_id", token.DeviceId), new Claim(CallClaim, token.CallId)],
            Scheme, "name", "roles");
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme));
    }
}
