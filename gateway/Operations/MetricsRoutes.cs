namespace OrleansCalls.Gateway.Operations;

/// <summary>Metrics, beside everything else or on a port of their own.</summary>
internal static class MetricsRoutes
{
    /// <summary>Where they are.</summary>
    public const string Path = "/metrics";

    /// <summary>With a port of their own, that port serves nothing but metrics, and no other port serves them.</summary>
    public static void UseMetricsPort(this IApplicationBuilder app, MetricsOptions options)
    {
        if (options.Port is not { } port)
            return;
        // By the port that the request came in at; the Host header says whatever the client likes.
        app.Use((context, next) =>
        {
            if (context.Connection.LocalPort == port == (context.Request.Path == Path))
                return next(context);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }
}
