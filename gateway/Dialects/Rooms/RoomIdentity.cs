using System.Security.Claims;
using System.Text.Json;

namespace OrleansCalls.Gateway.Dialects.Rooms;

/// <summary>
/// Who a client of dialect 003 is: whoever its token says. Its apps have a token of their homeserver and no other, so where one is
/// configured, a token that the homeserver knows is as good as one of ours. What the client says of itself must agree.
/// </summary>
public sealed class RoomIdentity(TokenReader tokens, RoomOptions options, IServiceProvider services)
{
    /// <summary>Claims out of the token in the header or of that in <paramref name="body"/>.</summary>
    /// <exception cref="CallException">There is no good token, or it is somebody else's.</exception>
    public async Task<ClaimsPrincipal> Of(HttpContext context, JsonElement body)
    {
        ArgumentNullException.ThrowIfNull(context);
        var header = context.User.Identity?.IsAuthenticated == true && context.User.OnlyCall() is null ? context.User : null;
        var given = AccessToken(body);
        var sent = given is null ? null : await Read(given, context.RequestAborted);
        if (given is not null && sent is null && options.Homeserver is not null)
            throw new CallException(CallErrorCode.Unauthenticated, "The accessToken is not valid, or has expired.");
        var user = header ?? sent ?? (Bearer(context.Request) is { } other ? await Read(other, context.RequestAborted) : null)
            ?? throw new CallException(CallErrorCode.Unauthenticated, "A valid token is needed: as bearer token, in the query, or as accessToken.");
        if (sent is not null && sent.UserId() != user.UserId())
            throw CallException.Forbidden("The accessToken is another user's than the bearer token.");
        if (body.Text("userId") is { } claimed && claimed != user.UserId())
            throw CallException.Forbidden("userId is not the user of this token.");
        return user;
    }

    /// <summary>The token that a body or message brings.</summary>
    public static string? AccessToken(JsonElement body) =>
        (body.Text("accessToken") ?? body.Text("token")) is { Length: > 0 } token ? token : null;

    /// <summary>The token in the header.</summary>
    public static string? Bearer(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header["Bearer ".Length..].Trim() : null;
    }

    private async Task<ClaimsPrincipal?> Read(string token, CancellationToken cancellation)
    {
        if (await tokens.Read(token) is { } ours)
            return ours;
        if (options.Homeserver is null || await services.GetRequiredService<Homeserver>().WhoAmI(token, cancellation) is not { } userId)
            return null;
        return new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", userId)], "Matrix"));
    }
}
