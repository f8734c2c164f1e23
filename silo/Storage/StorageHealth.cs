using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrleansCalls.Silo.Storage;

/// <summary>
/// Checks whether the database accepts writes. Responds within <see cref="Limit"/>: a slower probe continues in the background,
/// and every result is unhealthy until it ends. At most one row is written per <see cref="Period"/>.
/// </summary>
internal sealed class StorageHealth(IStore store, TimeProvider time) : IHealthCheck
{
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);
    internal static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private Task? _probe;
    private long _began;

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var (probe, began) = Current();
            var left = Limit - time.GetElapsedTime(began);
            await probe.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, cancellationToken);
            return HealthCheckResult.Healthy(store.Description);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, store.Description, e);
        }
    }

    private (Task Probe, long Began) Current()
    {
        lock (_lock)
        {
            if (_probe is null || (_probe.IsCompleted && time.GetElapsedTime(_began) >= Period))
                (_probe, _began) = (Task.Run(store.Probe), time.GetTimestamp());
            return (_probe, _began);
        }
    }
}
