using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace OrleansCalls.Silo.Cluster;

/// <summary>Healthy while calls may be placed in this silo: it is an active member and not stopping.</summary>
internal sealed class SiloHealth(IClusterMembers members, IHostApplicationLifetime lifetime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var active = !lifetime.ApplicationStopping.IsCancellationRequested
            && members.All.Any(member => member.Address == members.Me && member.Status == "active");
        return Task.FromResult(active ? HealthCheckResult.Healthy() : new HealthCheckResult(context.Registration.FailureStatus));
    }
}
