using System.Security.Claims;
using System.Text.Json;

namespace OrleansCalls.Gateway.Dialects.Rooms;

/// <summary>
/// Who a client of dialect 003 is: whoever its token says. Its apps have a token of their homeserver and no other, so where one is
/// configured, a token that the homeserver knows is as good as one of ours. What the client says of itself must agree.
/// </summary>
public sealed class RoomIdentity(TokenReader tokens, RoomOptions options, IServiceProvider services)
{
    /// <summary>Whoever the token in the header or that in <paramref name="body"/> is of.</summary>
    /// <exception cref="CallException">There is no good token, or it is somebody else's.</exception>
    public async Task<RoomUser> Of(HttpContext context, JsonElement body)
    {
        ArgumentNullException.ThrowIfNull(context);
        var header = context.User.Identity?.IsAuthenticated == true && context.User.OnlyCall() is null ? context.User : null;
        var given = AccessToken(body);
        var sent = given is null ? null : await Read(given, context.RequestAborted);
        if (given is not null && sent is null && options.Homeserver is not null)
            throw new CallException(CallErrorCode.Unauthenticated, "The accessToken is not valid, or has expired.");
        if (header is null && sent is null && TokenReader.Bearer(context.Request) is { } other)
            sent = await Read(other, context.RequestAborted);
        var user = header ?? sent?.Principal
            ?? throw new CallException(CallErrorCode.Unauthenticated, "A valid token is needed: as bearer or as accessToken.");
        if (sent is not null && sent.Principal.UserId() != user.UserId())
            throw CallException.Forbidden("The accessToken is another user's than the bearer token.");
        if (body.Text("userId") is { } claimed && claimed != user.UserId())
            throw CallException.Forbidden("userId is not the user of this token.");
        return new RoomUser(user, sent?.HomeserverToken);
    }

    /// <summary>The token by which a client is known: the one of its homeserver where it sends both.</summary>
    internal static string? TokenOf(HttpRequest request, JsonElement body) => AccessToken(body) ?? TokenReader.Bearer(request);

    private static string? AccessToken(JsonElement body) =>
        (body.Text("accessToken") ?? body.Text("token")) is { Length: > 0 } token ? token : null;

    /// <summary>Whose token it is, ours or the homeserver's; null if it does not hold.</summary>
    /// <exception cref="CallException">The homeserver cannot be asked now.</exception>
    internal async Task<RoomUser?> Read(string token, CancellationToken cancellation)
    {
        if (token.StartsWith(ActionToken.Prefix, StringComparison.OrdinalIgnoreCase))
            return null;
        if (await tokens.Read(token) is { } ours)
            return new RoomUser(ours, HomeserverToken: null);
        if (options.Homeserver is null || await services.GetRequiredService<TokenLookups>().WhoAmI(token, cancellation) is not { } userId)
            return null;
        return new RoomUser(new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", userId)], "Matrix")), token);
    }
}

/// <summary>Who a client of dialect 003 is.</summary>
/// <param name="Principal">The claims of the token.</param>
/// <param name="HomeserverToken">The token, if it is one of the homeserver; ours are not shown to it.</param>
public sealed record RoomUser(ClaimsPrincipal Principal, string? HomeserverToken);
