using System.Globalization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace OrleansCalls.Gateway.Admin;

/// <summary>Authenticates requests of the admin page by its cookie, which is accepted from pages of this origin only.</summary>
internal sealed class AdminCookieHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder, AdminSessions sessions)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    /// <summary>The scheme's name.</summary>
    public new const string Scheme = "AdminCookie";

    /// <summary>
    /// Returns true if the request is authenticated by its cookie. A bearer token in the same request takes precedence.
    /// </summary>
    public static bool IsFor(HttpContext context) =>
        context.Request.Headers.Authorization.Count == 0 && AdminSessions.IsShownBy(context.Request);

    /// <inheritdoc/>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!IsFor(Context))
            return AuthenticateResult.NoResult();
        if (!SameOrigin.IsFrom(Request))
            throw CallException.Forbidden("The admin cookie is good for requests of the admin page only.");
        if (AdminSessions.SecretOf(Request) is not { } secret || await sessions.Find(secret) is not { } session)
            return AuthenticateResult.Fail("The session has ended.");
        var identity = new ClaimsIdentity(
            [
                new Claim("sub", session.UserId), new Claim("roles", Principals.Admin),
                new Claim("exp", session.ExpiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            ],
            Scheme, "name", "roles");
        if (session.Name is { } name)
            identity.AddClaim(new Claim("name", name));
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme));
    }
}
