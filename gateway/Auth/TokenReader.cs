using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace OrleansCalls.Gateway.Auth;

/// <summary>
/// Validates tokens in messages and bodies, as clients of dialects send them, by the same rules as tokens in headers. Action
/// tokens are not accepted.
/// </summary>
public sealed class TokenReader(IServiceScopeFactory scopes, AuthOptions options)
{
    private const string Scheme = "Bearer ";

    /// <summary>Returns the token of the <c>Authorization</c> header; null if there is none.</summary>
    public static string? Bearer(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;
    }

    /// <summary>Returns the user of a token; null if it is invalid.</summary>
    public async Task<ClaimsPrincipal?> Read(string token)
    {
        // Authentication handlers read requests, so the token is put into a request that is never sent.
        await using var scope = scopes.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        context.Request.Headers.Authorization = $"Bearer {token}";
        var result = await scope.ServiceProvider.GetRequiredService<IAuthenticationService>()
            .AuthenticateAsync(context, JwtBearerDefaults.AuthenticationScheme);
        return result.Succeeded ? result.Principal : null;
    }

    /// <summary>
    /// Returns until when a connection opened with a token may stay (<see cref="AuthOptions.GoodUntil"/>); null if the token
    /// does not expire.
    /// </summary>
    public DateTimeOffset? GoodUntil(ClaimsPrincipal principal)
    {
        ArgumentNullException.ThrowIfNull(principal);
        return long.TryParse(principal.FindFirst("exp")?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? options.GoodUntil(DateTimeOffset.FromUnixTimeSeconds(seconds))
            : null;
    }
}
