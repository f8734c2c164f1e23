using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Exporter;
using OpenTelemetry.Instrumentation.AspNetCore;
using OpenTelemetry.Instrumentation.Http;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace OrleansCalls.Silo.Telemetry;

/// <summary>Telemetry of both programs: metrics for scraping, and metrics and traces for a collector if one is set.</summary>
public static class TelemetrySetup
{
    private static readonly string[] Meters = [CallTrace.Name, "Microsoft.Orleans", "Npgsql"];

    // Orleans' own spans carry a trace between processes.
    private static readonly string[] Sources =
        [CallTrace.Name, "Microsoft.Orleans.Application", "Microsoft.Orleans.Runtime", "Npgsql"];

    /// <summary>Adds telemetry. <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> enables the export.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="serviceName">The service name, unless <c>OTEL_SERVICE_NAME</c> is set.</param>
    public static IHostApplicationBuilder AddCallTelemetry(
        this IHostApplicationBuilder builder, SettingsReader settings, string serviceName)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var otlp = OtlpOptions.Read(settings);
        builder.Services.AddHostedService(provider => ActivatorUtilities.CreateInstance<ProcessNotice>(provider, serviceName));
        var telemetry = builder.Services.AddOpenTelemetry()
            // OpenTelemetry's variables come last and take precedence.
            .ConfigureResource(resource => resource.Clear()
                .AddService(serviceName, serviceVersion: typeof(TelemetrySetup).Assembly.GetName().Version?.ToString(3))
                .AddTelemetrySdk()
                .AddEnvironmentVariableDetector())
            .WithMetrics(metrics => AddMetrics(metrics, sends: otlp is not null));
        if (otlp is null)
            return builder;
        telemetry.WithTracing(traces => AddTraces(traces, otlp));
        builder.Services.AddSingleton(otlp).AddSingleton<OtlpWatch>();
        foreach (var signal in (string[])["metrics", "traces"])
            builder.Services.AddOptions<OtlpExporterOptions>(signal)
                .Configure<OtlpWatch>((exporter, watch) => Watch(exporter, watch, signal));
        return builder;
    }

    /// <summary>Returns true if traces are recorded, so that grain calls must propagate them.</summary>
    internal static bool Traces(SettingsReader settings) => settings.Text(OtlpOptions.EndpointName) is not null;

    private static void AddMetrics(MeterProviderBuilder metrics, bool sends)
    {
        metrics.AddMeter(Meters).AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddRuntimeInstrumentation()
            .AddProcessInstrumentation()
            // No cache: each scrape is current. The meter is evident from the metric's name.
            .AddPrometheusExporter(
                prometheus => (prometheus.ScrapeResponseCacheDurationMilliseconds, prometheus.ScopeInfoEnabled) = (0, false));
        // Meters are matched by name across the process; other hosts in it (in tests) have their own.
        ((IDeferredMeterProviderBuilder)metrics).Configure((services, provider) =>
        {
            var own = services.GetRequiredService<IMeterFactory>();
            provider.AddView(
                instrument => instrument.Meter.Scope is not null && instrument.Meter.Scope != own ? MetricStreamConfiguration.Drop
                    // Users choose push services: their host names must not become labels.
                    : instrument.Name == "dns.lookup.duration" ? new MetricStreamConfiguration { TagKeys = ["error.type"] }
                    : null);
        });
        if (sends)
            metrics.AddOtlpExporter("metrics", configure: null);
    }

    private static void AddTraces(TracerProviderBuilder traces, OtlpOptions otlp) => traces
        .SetSampler(new CallSampler(otlp))
        .AddSource(Sources)
        .AddAspNetCoreInstrumentation(Name)
        .AddHttpClientInstrumentation(Name)
        .AddOtlpExporter("traces", configure: null);

    // Health checks and scrapes come every few seconds and are not traced. Hub clients have tokens in the query.
    private static void Name(AspNetCoreTraceInstrumentationOptions requests)
    {
        requests.Filter =
            context => !context.Request.Path.StartsWithSegments("/health")
                && !context.Request.Path.StartsWithSegments("/metrics");
        requests.EnrichWithHttpRequest = (span, _) => span.SetTag("url.query", null);
    }

    // URLs are recorded without paths: Apple's hold the device's token, and a webhook's may hold anything.
    private static void Name(HttpClientTraceInstrumentationOptions requests) => requests.EnrichWithHttpRequestMessage =
        (span, request) => span.SetTag(
            "url.full", request.RequestUri?.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped));

    private static void Watch(OtlpExporterOptions exporter, OtlpWatch watch, string signal)
    {
        var timeout = TimeSpan.FromMilliseconds(exporter.TimeoutMilliseconds);
        exporter.HttpClientFactory =
            () => new HttpClient(new OtlpWatch.Handler(watch, signal), disposeHandler: true) { Timeout = timeout };
    }
}
