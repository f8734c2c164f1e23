namespace OrleansCalls.Gateway.Operations;

/// <summary>Metrics, beside everything else or on a port of their own.</summary>
internal static class MetricsRoutes
{
    /// <summary>Serves <c>/metrics</c>. With a port of their own, that port serves nothing else, and no other port has them, under any spelling.</summary>
    public static void UseMetrics(this WebApplication app, MetricsOptions options)
    {
        if (options.Port is not { } port)
        {
            app.MapPrometheusScrapingEndpoint();
            return;
        }

        // By the port that the request came in at; the Host header says whatever the client likes.
        app.MapWhen(context => context.Connection.LocalPort == port, own => own.UseOpenTelemetryPrometheusScrapingEndpoint());
    }
}
