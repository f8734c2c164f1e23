using System.Security.Claims;
using System.Text.Json;

namespace OrleansCalls.Gateway.Dialects.Rooms;

/// <summary>
/// Authenticates clients of dialect <c>rooms</c>. Its apps have a token of their homeserver only, so that, where one is
/// configured, its tokens are accepted like those of this service. User ids sent by the client must match the token.
/// </summary>
public sealed class RoomIdentity(TokenReader tokens, RoomOptions options, IServiceProvider services)
{
    /// <summary>Returns the user of the token in the header or in <paramref name="body"/>.</summary>
    /// <exception cref="CallException">There is no valid token, or it is another user's.</exception>
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

    /// <summary>Returns the token that identifies the client: the homeserver's where it sends both.</summary>
    internal static string? TokenOf(HttpRequest request, JsonElement body) => AccessToken(body) ?? TokenReader.Bearer(request);

    private static string? AccessToken(JsonElement body) =>
        (body.Text("accessToken") ?? body.Text("token")) is { Length: > 0 } token ? token : null;

    /// <summary>Returns the user of a token of this service or of the homeserver; null if it is invalid.</summary>
    /// <exception cref="CallException">The homeserver is unavailable.</exception>
    internal async Task<RoomUser?> Read(string token, CancellationToken cancellation)
    {
        if (token.StartsWith(ActionToken.Prefix, StringComparison.OrdinalIgnoreCase))
            return null;
        if (await tokens.Read(token) is { } ours)
            return new RoomUser(ours, HomeserverToken: null);
        if (options.Homeserver is null
            || await services.GetRequiredService<TokenLookups>().WhoAmI(token, cancellation) is not { } userId)
            return null;
        return new RoomUser(new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", userId)], "Matrix")), token);
    }
}

/// <summary>An authenticated client of dialect <c>rooms</c>.</summary>
/// <param name="Principal">The token's claims.</param>
/// <param name="HomeserverToken">The token, if the homeserver issued it; tokens of this service are never sent there.</param>
public sealed record RoomUser(ClaimsPrincipal Principal, string? HomeserverToken);
