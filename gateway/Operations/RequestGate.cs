using System.Text;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Net.Http.Headers;

namespace OrleansCalls.Gateway.Operations;

/// <summary>Rejects a request before its endpoint reads it: over the user's rate, or with a charset other than UTF-8.</summary>
internal static class RequestGate
{
    /// <summary>
    /// Adds the gate behind authorization, so that anonymous requests are rejected there and count for no user.
    /// </summary>
    public static void UseRequestGate(this IApplicationBuilder app)
    {
        var rates = app.ApplicationServices.GetRequiredService<UserRates>();
        app.Use((context, next) =>
        {
            if (IsForUsers(context))
                rates.Take(UserOf(context));
            CheckCharset(context.Request);
            return next(context);
        });
    }

    // Requests of a hub connection count by their commands (CommandGate), in any number of requests. Operators inspect all
    // users, and are trusted.
    private static bool IsForUsers(HttpContext context) => context.User.Identity?.IsAuthenticated == true
        && !HandshakeGate.IsOfConnection(context.Request)
        && context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is not null && !context.User.HasRole(Principals.Admin);

    // A user for whom a back end acts has the same limit as over a socket.
    private static string UserOf(HttpContext context) =>
        context.User.HasRole(Principals.Service)
            && RestCaller.ActedFor(context.Request) is { Length: > 0 and <= CallLimits.UserId } other
            ? other
            : context.User.UserId();

    // The framework throws another exception for unknown charsets, and for a quoted UTF-8.
    private static void CheckCharset(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.Charset.HasValue)
            return;
        if (!HeaderUtilities.RemoveQuotes(type.Charset).Equals(Encoding.UTF8.WebName, StringComparison.OrdinalIgnoreCase))
            throw new BadHttpRequestException("The charset is not UTF-8.", StatusCodes.Status415UnsupportedMediaType);
        type.Charset = Encoding.UTF8.WebName;
        request.ContentType = type.ToString();
    }
}
