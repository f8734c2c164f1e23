using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using OrleansCalls.Silo;
using OrleansCalls.Silo.Cluster;
using OrleansCalls.Silo.Telemetry;

if (Commands.Run(args) is { } exitCode)
    return exitCode;

// A silo without an edge: grains and storage, and a port for those who ask after its health and its metrics.
return await HostStart.Run(() =>
{
    var builder = WebApplication.CreateSlimBuilder(args);
    var urls = builder.Configuration["URLS"] ?? "http://localhost:5081";
    ListenAddress.Check("ASPNETCORE_URLS", urls);
    builder.WebHost.UseUrls(urls);
    builder.AddHostDefaults();
    builder.AddCallTelemetry("orleans-calls-silo");
    builder.AddCallSilo();
    var app = builder.Build();
    app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = HealthAnswer.Write });
    app.MapHealthChecks("/health/ready", new HealthCheckOptions { ResponseWriter = HealthAnswer.Write });
    app.MapPrometheusScrapingEndpoint();
    if (string.IsNullOrWhiteSpace(app.Configuration.GetConnectionString("Postgres")))
        app.Logger.CannotBeFound();
    return app;
});
