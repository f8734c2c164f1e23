using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace OrleansCalls.Gateway.Auth;

/// <summary>
/// Checks tokens that come in messages and bodies, as the dialects of old clients have them, by the same rules as those in headers.
/// Action tokens are none of these.
/// </summary>
public sealed class TokenReader(IServiceScopeFactory scopes, AuthOptions options)
{
    private const string Scheme = "Bearer ";

    /// <summary>The token of a request's <c>Authorization</c>; null if it has none.</summary>
    public static string? Bearer(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;
    }

    /// <summary>Whose token it is; null if it does not hold.</summary>
    public async Task<ClaimsPrincipal?> Read(string token)
    {
        // The handlers read requests, so the token is put into one that is not sent anywhere.
        await using var scope = scopes.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        context.Request.Headers.Authorization = $"Bearer {token}";
        var result = await scope.ServiceProvider.GetRequiredService<IAuthenticationService>()
            .AuthenticateAsync(context, JwtBearerDefaults.AuthenticationScheme);
        return result.Succeeded ? result.Principal : null;
    }

    /// <summary>Until when a connection may stay that came with a token (<see cref="AuthOptions.GoodUntil"/>); null if it does not expire.</summary>
    public DateTimeOffset? GoodUntil(ClaimsPrincipal principal)
    {
        ArgumentNullException.ThrowIfNull(principal);
        return long.TryParse(principal.FindFirst("exp")?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? options.GoodUntil(DateTimeOffset.FromUnixTimeSeconds(seconds))
            : null;
    }
}
