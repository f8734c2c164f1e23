using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrleansCalls.Silo;

/// <summary>Unhealthy while the machine's clock is so far behind that activations fail; see <see cref="ClockWatch"/>.</summary>
internal sealed class ClockHealth(ClockWatch watch) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
            watch.IsBearable ? HealthCheckResult.Healthy() : new HealthCheckResult(context.Registration.FailureStatus));
}
