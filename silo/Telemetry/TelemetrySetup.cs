using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace OrleansCalls.Silo.Telemetry;

/// <summary>What a program tells of itself: metrics for whoever asks, metrics and traces to a collector if one is set.</summary>
public static class TelemetrySetup
{
    /// <summary>Adds it. <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> turns the sending on.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="serviceName">What it is called unless <c>OTEL_SERVICE_NAME</c> says otherwise.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting is wrong.</exception>
    public static IHostApplicationBuilder AddCallTelemetry(this IHostApplicationBuilder builder, string serviceName)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddMetrics();
        services.TryAddSingleton<PrometheusExporter>();
        if (OtlpOptions.Read(builder.Configuration) is not { } otlp)
            return builder;
        services.AddSingleton(otlp).AddSingleton<OtlpWatch>();
        services.AddHostedService(provider => new OtlpExport(
            otlp, builder.Configuration, provider.GetRequiredService<OtlpWatch>(), serviceName));
        return builder;
    }

    /// <summary>Whether traces are recorded, so that grain calls have to carry them.</summary>
    internal static bool Traces(IConfiguration configuration) => OtlpOptions.Read(configuration) is not null;

    /// <summary>
    /// Gives the spans of requests their names, which ASP.NET leaves to others: the route and never the address, since hub clients have
    /// their tokens in it. Whoever looks after this process asks every few seconds, and none of that is worth a trace.
    /// </summary>
    public static void UseCallTelemetry(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        var span = Activity.Current;
        var path = context.Request.Path;
        if (span is { Recorded: true } && (path.StartsWithSegments("/health") || path.StartsWithSegments("/metrics")))
        {
            span.IsAllDataRequested = false;
            span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }

        await next(context);
        if (span is not { IsAllDataRequested: true })
            return;
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        span.DisplayName = $"{context.Request.Method} {route}".TrimEnd();
        span.SetTag("http.request.method", context.Request.Method).SetTag("http.route", route)
            .SetTag("http.response.status_code", context.Response.StatusCode);
        if (context.Response.StatusCode >= StatusCodes.Status500InternalServerError)
            span.SetStatus(ActivityStatusCode.Error);
    });

    /// <summary>Maps the metrics as Prometheus text.</summary>
    public static void MapCallMetrics(this IEndpointRouteBuilder app, string path)
    {
        ArgumentNullException.ThrowIfNull(app);
        // It listens from now on, not from the first time that somebody asks.
        var exporter = app.ServiceProvider.GetRequiredService<PrometheusExporter>();
        app.MapGet(path, () => TypedResults.Text(exporter.Write(), "text/plain; version=0.0.4; charset=utf-8")).ExcludeFromDescription();
    }
}
