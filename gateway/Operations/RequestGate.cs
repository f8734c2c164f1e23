using System.Text;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Net.Http.Headers;

namespace OrleansCalls.Gateway.Operations;

/// <summary>Refuses a request before its endpoint has read anything of it: over the user's rate, or in a charset other than UTF-8.</summary>
internal static class RequestGate
{
    /// <summary>Puts the gate behind authorization: what a stranger sends is refused there and counts for nobody.</summary>
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

    // What comes over a hub connection is counted as the commands that it is (CommandGate), by whatever number of requests it comes.
    // Operators look at everybody, and their tokens open everything anyway.
    private static bool IsForUsers(HttpContext context) => context.User.Identity?.IsAuthenticated == true && !HandshakeGate.IsOfConnection(context.Request)
        && context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is not null && !context.User.HasRole(Principals.Admin);

    // Whoever a back end acts for has the same limit as over a socket.
    private static string UserOf(HttpContext context) =>
        context.User.HasRole(Principals.Service) && RestCaller.ActedFor(context.Request) is { Length: > 0 and <= CallLimits.UserId } other
            ? other
            : context.User.UserId();

    // The framework throws something else for every charset that it does not know, and for quotation marks around the one that it does.
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
