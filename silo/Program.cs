using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using OrleansCalls.Silo;
using OrleansCalls.Silo.Cluster;
using OrleansCalls.Silo.Telemetry;

if (Commands.Run(args) is { } exitCode)
    return exitCode;

// A silo without a gateway: grains and storage, and an endpoint for health and metrics.
return await HostStart.Run(() =>
{
    var builder = WebApplication.CreateSlimBuilder(args);
    builder.AddHostDefaults();
    var urls = builder.Configuration["URLS"] ?? "http://localhost:5081";
    ListenSettings.Check("ASPNETCORE_URLS", urls, builder.Configuration, builder.Environment.IsDevelopment());
    builder.WebHost.UseUrls(urls);
    SettingsReader.Read(
        builder.Configuration, settings => builder.AddCallTelemetry(settings, "orleans-calls-silo").AddCallSilo(settings));
    var app = builder.Build();
    app.MapHealth();
    app.MapPrometheusScrapingEndpoint();
    if (string.IsNullOrWhiteSpace(app.Configuration.GetConnectionString("Postgres")))
        app.Logger.CannotBeFound();
    return app;
});
