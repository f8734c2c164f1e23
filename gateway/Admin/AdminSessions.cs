using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;

namespace OrleansCalls.Gateway.Admin;

/// <summary>
/// The sessions behind the admin page's cookie. The cookie holds a random secret only; user and expiry are stored in the
/// cluster, so that signing out invalidates every copy of the cookie.
/// </summary>
internal sealed class AdminSessions(
    IGrainFactory grains, AdminOptions options, TokenReader tokens, TimeProvider time, ILogger<AdminSessions> log)
{
    /// <summary>The path to which the cookie is restricted.</summary>
    public const string CookiePath = "/api/v1/admin";

    private const string Cookie = "calls-admin";
    private const int SecretBytes = 32;
    private const int SecretCharacters = 43;

    /// <summary>Returns the secret in a request's cookie; null if there is none.</summary>
    public static string? SecretOf(HttpRequest request) =>
        request.Cookies[Cookie] is { Length: SecretCharacters } secret ? secret : null;

    /// <summary>Returns true if the request carries the cookie, valid or not.</summary>
    public static bool IsShownBy(HttpRequest request) =>
        request.Path.StartsWithSegments(CookiePath) && request.Cookies.ContainsKey(Cookie);

    /// <summary>Signs an operator in: creates a session and sets the cookie.</summary>
    /// <exception cref="CallException"><c>forbidden</c>: the user is not an operator.</exception>
    public async Task<AdminSessionView> Open(HttpContext context, ClaimsPrincipal who)
    {
        if (!who.HasRole(Principals.Admin))
            throw CallException.Forbidden("The token does not have the role admin.");
        if (who.Identity?.AuthenticationType == AdminCookieHandler.Scheme)
            throw CallException.Forbidden("A session cannot prolong itself; sign in again.");
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        var expiresAt = time.GetUtcNow() + options.Session;
        if (tokens.GoodUntil(who) is { } tokenEnds && tokenEnds < expiresAt)
            expiresAt = tokenEnds;
        var session = new AdminSession
        {
            Hash = Hash(secret), UserId = who.UserId(), Name = who.DisplayName(), ExpiresAt = expiresAt,
        };
        await grains.GetAdminSessions().Open(session);
        context.Response.Cookies.Append(Cookie, secret, Attributes(context, expiresAt));
        GatewayLog.OperatorSignedIn(log, session.UserId, expiresAt);
        return new AdminSessionView(session.UserId, session.Name, expiresAt);
    }

    /// <summary>Returns the session of a secret; null if it is unknown or expired.</summary>
    public Task<AdminSession?> Find(string secret) => grains.GetAdminSessions().Find(Hash(secret));

    /// <summary>Signs out: ends the session of the request for all copies of its cookie, and deletes the cookie.</summary>
    public async Task Close(HttpContext context)
    {
        context.Response.Cookies.Delete(Cookie, Attributes(context, null));
        if (SecretOf(context.Request) is not { } secret)
            return;
        await grains.GetAdminSessions().Close(Hash(secret));
        GatewayLog.OperatorSignedOut(log, context.User.UserId());
    }

    private static string Hash(string secret) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private static CookieOptions Attributes(HttpContext context, DateTimeOffset? expires) => new()
    {
        Path = CookiePath,
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = context.Request.IsHttps,
        Expires = expires,
    };
}
