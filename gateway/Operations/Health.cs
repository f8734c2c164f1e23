using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrleansCalls.Gateway.Operations;

/// <summary>Liveness and readiness of this process.</summary>
internal static class Health
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Adds the health checks; a co-hosted silo adds its own for the storage.</summary>
    public static void AddGatewayHealth(this IServiceCollection services) => services.AddHealthChecks()
        .AddCheck<DrainCheck>("not_draining", timeout: Patience)
        .AddCheck<GrainCheck>("grains", timeout: Patience)
        // While the database is unavailable, calls in progress and reconnecting clients still need this process.
        .AddCheck<HistoryCheck>("history", HealthStatus.Degraded, timeout: Patience);

    private sealed class DrainCheck(DrainState drain) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(
                drain.IsDraining ? HealthCheckResult.Unhealthy("This process is stopping.") : HealthCheckResult.Healthy());
    }

    /// <summary>Checks that a grain responds. One hung silo must not make all gateways unhealthy.</summary>
    private sealed class GrainCheck(ClusterWatch cluster, IHostApplicationLifetime lifetime, ILogger<GrainCheck> log)
        : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Ask(() => cluster.GetMembers(cancellationToken), "No grain answers.", lifetime, log, context, cancellationToken);
    }

    /// <summary>Checks that history can be read.</summary>
    private sealed class HistoryCheck(IGrainFactory grains, IHostApplicationLifetime lifetime, ILogger<HistoryCheck> log)
        : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Ask(
                () => grains.GetCallDirectory().ListEnded(new HistoryQuery { Limit = 1 }), "History cannot be read.",
                lifetime, log, context,
                cancellationToken);
    }

    private static async Task<HealthCheckResult> Ask(
        Func<Task> ask, string otherwise, IHostApplicationLifetime lifetime, ILogger log, HealthCheckContext context,
        CancellationToken cancellation)
    {
        // A client without its first silo logs that itself, and cannot send requests to grains.
        if (!lifetime.ApplicationStarted.IsCancellationRequested)
            return new HealthCheckResult(context.Registration.FailureStatus, otherwise);
        try
        {
            await ask().WaitAsync(cancellation);
            return HealthCheckResult.Healthy();
        }
        catch (Exception exception)
        {
            // The reason is only logged: the response is public and must not reveal internals.
            GatewayLog.Unhealthy(
                log, exception is OperationCanceledException ? new TimeoutException(otherwise) : exception,
                context.Registration.Name);
            return new HealthCheckResult(context.Registration.FailureStatus, otherwise);
        }
    }
}
