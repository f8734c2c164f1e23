namespace OrleansCalls.Gateway.Rest;

/// <summary>
/// Refuses queries that a route does not know: what is looked for with a name that is mistyped would otherwise be found everywhere.
/// </summary>
internal static class OnlyQuery
{
    /// <summary>Takes these parameters, each once at most, and no others.</summary>
    public static RouteHandlerBuilder Only(this RouteHandlerBuilder route, params string[] names) => route.AddEndpointFilter((context, next) =>
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
