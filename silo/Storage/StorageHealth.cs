using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrleansCalls.Silo.Storage;

/// <summary>Whether the database takes and gives data.</summary>
internal sealed class StorageHealth(IStore store) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await store.Probe(cancellationToken);
            return HealthCheckResult.Healthy(store.Description);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, store.Description, e);
        }
    }
}
