using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrleansCalls.Gateway.Operations;

/// <summary>Whether this process lives, and whether it should be sent anybody.</summary>
internal static class Health
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Adds the checks; a silo that is hosted here adds its own, of the storage itself.</summary>
    public static void AddGatewayHealth(this IServiceCollection services) => services.AddHealthChecks()
        .AddCheck<DrainCheck>("not_draining", timeout: Patience)
        .AddCheck<GrainCheck>("grains", timeout: Patience)
        // Calls in progress need this process while the database is away, and those who come back need to reach it.
        .AddCheck<HistoryCheck>("history", HealthStatus.Degraded, timeout: Patience);

    private sealed class DrainCheck(DrainState drain) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(drain.IsDraining ? HealthCheckResult.Unhealthy("This process is stopping.") : HealthCheckResult.Healthy());
    }

    /// <summary>Does a grain answer? A silo that hangs must not make every other look fail.</summary>
    private sealed class GrainCheck(ClusterWatch cluster, IHostApplicationLifetime lifetime, ILogger<GrainCheck> log) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Ask(() => cluster.GetMembers(cancellationToken), "No grain answers.", lifetime, log, context, cancellationToken);
    }

    /// <summary>Can grains read?</summary>
    private sealed class HistoryCheck(IGrainFactory grains, IHostApplicationLifetime lifetime, ILogger<HistoryCheck> log) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Ask(() => grains.GetCallDirectory().ListEnded(new HistoryQuery { Limit = 1 }), "History cannot be read.", lifetime, log, context,
                cancellationToken);
    }

    private static async Task<HealthCheckResult> Ask(
        Func<Task> ask, string otherwise, IHostApplicationLifetime lifetime, ILogger log, HealthCheckContext context, CancellationToken cancellation)
    {
        // A client that has not found its first silo says so by itself, and cannot be asked for a grain.
        if (!lifetime.ApplicationStarted.IsCancellationRequested)
            return new HealthCheckResult(context.Registration.FailureStatus, otherwise);
        try
        {
            await ask().WaitAsync(cancellation);
            return HealthCheckResult.Healthy();
        }
        catch (Exception exception)
        {
            // The reason is for the log; what a stranger reads must not tell of the inside.
            GatewayLog.Unhealthy(log, exception is OperationCanceledException ? new TimeoutException(otherwise) : exception, context.Registration.Name);
            return new HealthCheckResult(context.Registration.FailureStatus, otherwise);
        }
    }
}
