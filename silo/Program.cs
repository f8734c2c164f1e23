using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansCalls;
using OrleansCalls.Silo;
using OrleansCalls.Silo.Cluster;

// A silo without an edge: grains and storage, and a port for those who ask after its health.
return await HostStart.Run(() =>
{
    var builder = WebApplication.CreateSlimBuilder(args);
    builder.WebHost.UseUrls(builder.Configuration["URLS"] ?? "http://localhost:5081");
    builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning); // only health is asked for here
    builder.AddCallSilo();
    var app = builder.Build();
    app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = HealthAnswer.Write });
    app.MapHealthChecks("/health/ready", new HealthCheckOptions { ResponseWriter = HealthAnswer.Write });
    if (!app.Services.GetRequiredService<IClusterMembers>().CanBeFound)
        app.Logger.CannotBeFound();
    return app;
});
