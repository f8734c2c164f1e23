namespace OrleansCalls.Gateway.Operations;

/// <summary>Serves metrics, on the main endpoints or on a dedicated port.</summary>
internal static class MetricsRoutes
{
    /// <summary>
    /// Serves <c>/metrics</c>. A dedicated port serves nothing else, and no other port serves metrics, under any spelling of
    /// the path.
    /// </summary>
    public static void UseMetrics(this WebApplication app, MetricsOptions options)
    {
        if (options.Port is not { } port)
        {
            app.MapPrometheusScrapingEndpoint();
            return;
        }

        // Decided by the local port; the Host header is chosen by the client.
        app.MapWhen(context => context.Connection.LocalPort == port, own => own.UseOpenTelemetryPrometheusScrapingEndpoint());
    }
}
