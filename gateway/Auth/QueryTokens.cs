using Microsoft.AspNetCore.Http.Extensions;
using OrleansCalls.Gateway.Dialects;
using OrleansCalls.Gateway.Dialects.PlainSockets;

namespace OrleansCalls.Gateway.Auth;

/// <summary>
/// Moves tokens from the query to the header before the address can be logged: browsers cannot set headers on a WebSocket, so
/// clients send the token in the query.
/// </summary>
internal static class QueryTokens
{
    private const string Parameter = "access_token";

    /// <summary>
    /// Moves <c>access_token</c> from the query to the header, for hubs; also <c>token</c>, for the sockets of dialects.
    /// </summary>
    public static void UseQueryTokens(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var request = context.Request;
        var dialect = DialectSetup.IsPlainSocket(context) || request.Path.StartsWithSegments(DialectSetup.SocketIoPath);
        var token = dialect ? PlainSocketHost.TokenOf(request)
            : request.Path.StartsWithSegments("/hubs") ? request.Query[Parameter].ToString()
            : null;
        if (!string.IsNullOrEmpty(token) && request.Headers.Authorization.Count == 0)
            request.Headers.Authorization = $"Bearer {token}";
        if (request.Query.ContainsKey(Parameter) || (dialect && request.Query.ContainsKey("token")))
        {
            var others = request.Query.Where(p => p.Key != Parameter && !(dialect && p.Key == "token"));
            request.QueryString = new QueryBuilder(others).ToQueryString();
        }

        return next(context);
    });
}
