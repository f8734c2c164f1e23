namespace OrleansCalls.Gateway.Rest;

/// <summary>Rejects unknown query parameters: a search with a misspelt filter would otherwise match everything.</summary>
internal static class OnlyQuery
{
    /// <summary>Allows these parameters, each at most once, and no others.</summary>
    public static RouteHandlerBuilder Only(
        this RouteHandlerBuilder route, params string[] names) => route.AddEndpointFilter((context, next) =>
    {
        foreach (var (name, values) in context.HttpContext.Request.Query)
        {
            if (!names.Contains(name, StringComparer.OrdinalIgnoreCase))
                throw CallException.Invalid($"The query has an unknown parameter; it may have {string.Join(", ", names)}.");
            if (values.Count > 1)
                throw CallException.Invalid($"{name} is given more than once.");
        }

        return next(context);
    });
}
