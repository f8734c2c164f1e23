namespace OrleansCalls.Gateway.Delivery;

/// <summary>
/// Renews the leases of all local connections, user by user, spread evenly over the period. Failed ones are retried at once:
/// the user's grain has probably moved and has no connections.
/// </summary>
public sealed class LeaseRenewal(
    IGrainFactory grains, ConnectionRegistry registry, GatewayIdentity gateway, GatewayOptions options, DrainState drain,
    ClusterChanges changes, TimeProvider time, ILogger<LeaseRenewal> log) : BackgroundService
{
    private const int BatchSize = 64;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var spread = TimeSpan.Zero;
            for (var round = 0; !drain.HasLeft; round++)
            {
                // Read before the renewal: a change during it makes its result stale.
                var change = changes.Next;
                await RenewAll(spread, change, stoppingToken);
                // Jitter, so that processes that started together do not renew together.
                var jitter = 0.8 + (StableHash.Fraction($"{round}:{gateway.GatewayId}") * 0.4);
                var pause = Task.Delay(options.LeaseRenewal * jitter, time, stoppingToken);
                spread = await Task.WhenAny(pause, change) == change ? TimeSpan.Zero : options.LeaseRenewal / 4;
                stoppingToken.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task RenewAll(TimeSpan spread, Task change, CancellationToken cancellation)
    {
        var users = registry.Users;
        while (users.Length > 0 && !drain.HasLeft && !change.IsCompleted)
        {
            users = await Round(users, spread, change, cancellation);
            if (users.Length == 0)
                return;
            GatewayLog.RoundFailed(log, users.Length);
            await Task.WhenAny(Task.Delay(RetryAfter, time, cancellation), change);
        }
    }

    // Spread over a quarter of the period, so that a large process causes a steady load rather than a wave. After a cluster
    // change every second counts: until renewal, devices with live sockets are pushed.
    private async Task<ImmutableArray<string>> Round(
        ImmutableArray<string> users, TimeSpan spread, Task change, CancellationToken cancellation)
    {
        var failed = ImmutableArray.CreateBuilder<string>();
        var batches = users.Chunk(BatchSize).ToList();
        var pause = spread / batches.Count;
        for (var i = 0; i < batches.Count; i++)
        {
            var renewing = Task.WhenAll(batches[i].Select(Renew));
            // Requests to a lost silo would wait for their timeout.
            if (await Task.WhenAny(renewing, change) == change)
                return [];
            var renewed = await renewing;
            failed.AddRange(batches[i].Where((_, n) => !renewed[n]));
            if (i < batches.Count - 1)
                await Task.WhenAny(Task.Delay(pause, time, cancellation), change);
            cancellation.ThrowIfCancellationRequested();
        }

        return failed.ToImmutable();
    }

    private async Task<bool> Renew(string userId)
    {
        ImmutableArray<Connection> leases = [.. registry.Of(userId).Where(c => !c.IsClosed).Select(c => c.Lease)];
        if (leases.IsEmpty)
            return true;
        try
        {
            foreach (var connectionId in await grains.GetUser(userId).Renew(gateway.Reference, leases))
            {
                if (registry.TryGet(connectionId, out var displaced))
                    displaced.Displace();
            }

            return true;
        }
        catch (Exception exception)
        {
            GatewayLog.RenewFailed(log, exception, userId);
            return false;
        }
    }
}
