using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace OrleansCalls.Silo.Telemetry;

/// <summary>Sends metrics and traces to a collector while the host runs; what is waiting when it stops goes out last.</summary>
internal sealed class OtlpExport(OtlpOptions options, IConfiguration configuration, OtlpWatch watch, string serviceName)
    : IHostedService, IDisposable
{
    private static readonly string[] Meters =
    [
        CallTrace.Name, "Microsoft.Orleans", "Npgsql", "System.Net.Http", "System.Runtime",
        "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Http.Connections", "Microsoft.AspNetCore.Server.Kestrel",
    ];

    // Orleans' own spans are what carries a trace from one process to another. It takes what is in a namespace that begins like its own
    // for a part of itself. HTTP requests are left out: their spans hold whole addresses, and Apple's have the device's token in them.
    private static readonly string[] Sources =
    [
        CallTrace.Name, "Microsoft.Orleans.Application", "Microsoft.Orleans.Runtime", "Npgsql",
        "Microsoft.AspNetCore", "Microsoft.AspNetCore.SignalR.Server",
    ];

    // Longer than any reader waits for a stopping process.
    private const int LastWordMilliseconds = 3000;

    private MeterProvider? _meters;
    private TracerProvider? _traces;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _meters = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(Resource())
            .ConfigureServices(services => services.AddSingleton(configuration))
            .AddMeter(Meters)
            .AddOtlpExporter(exporter => Watched(exporter, "metrics"))
            .Build();
        _traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(Resource())
            .ConfigureServices(services => services.AddSingleton(configuration))
            .SetSampler(new CallSampler(options))
            .AddSource(Sources)
            .AddOtlpExporter(exporter => Watched(exporter, "traces"))
            .Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            _traces?.Shutdown(LastWordMilliseconds);
            _meters?.Shutdown(LastWordMilliseconds);
        },
        cancellationToken);

    public void Dispose()
    {
        _traces?.Dispose();
        _meters?.Dispose();
    }

    // OpenTelemetry's variables come last and win.
    private ResourceBuilder Resource() => ResourceBuilder.CreateEmpty()
        .AddService(serviceName, serviceVersion: typeof(OtlpExport).Assembly.GetName().Version?.ToString(3))
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();

    private void Watched(OtlpExporterOptions exporter, string signal)
    {
        var timeout = TimeSpan.FromMilliseconds(exporter.TimeoutMilliseconds);
        exporter.HttpClientFactory = () => new HttpClient(new OtlpWatch.Handler(watch, signal), disposeHandler: true) { Timeout = timeout };
    }
}
