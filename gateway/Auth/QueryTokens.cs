using Microsoft.AspNetCore.Http.Extensions;

namespace OrleansCalls.Gateway.Auth;

/// <summary>
/// Browsers cannot set headers on a WebSocket, so hub clients bring their token in the query. It is moved to where all other
/// tokens are, before anything can log the address with the token in it.
/// </summary>
internal static class QueryTokens
{
    private const string Parameter = "access_token";

    /// <summary>Moves <c>access_token</c> from the query to the header, for hubs only.</summary>
    public static void UseQueryTokens(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var request = context.Request;
        if (request.Query.TryGetValue(Parameter, out var token))
        {
            if (request.Path.StartsWithSegments("/hubs") && request.Headers.Authorization.Count == 0)
                request.Headers.Authorization = $"Bearer {token}";
            request.QueryString = new QueryBuilder(request.Query.Where(p => p.Key != Parameter)).ToQueryString();
        }

        return next(context);
    });
}
