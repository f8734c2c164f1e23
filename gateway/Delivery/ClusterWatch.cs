namespace OrleansCalls.Gateway.Delivery;

/// <summary>Polls the cluster membership twice a second and signals each change.</summary>
public sealed class ClusterWatch(
    IGrainFactory grains, ClusterChanges changes, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<ClusterWatch> log)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // Requests to a stateless worker are spread over silos, so that one hung silo leaves another to reply.
    private const int AskedAtOnce = 2;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ImmutableArray<ClusterMember>? known = null;
        var cutOff = false;
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                // A client without its first silo logs that itself.
                if (!lifetime.ApplicationStarted.IsCancellationRequested)
                    continue;
                if (await Look(stoppingToken) is not { } members)
                {
                    cutOff = true;
                    continue;
                }

                // After a time without a reply, grains may have moved unnoticed.
                if (known is { } before && (cutOff || !members.SequenceEqual(before)))
                {
                    GatewayLog.ClusterChanged(
                        log, string.Join(", ", members.Select(member => $"{member.Address} {member.Status}")));
                    changes.Signal(isLoss: cutOff || before.Any(silo => members.All(member => member.Address != silo.Address)));
                }

                known = members;
                cutOff = false;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>Returns the members, as seen by the first silo that replies. Throws if none does.</summary>
    public async Task<ImmutableArray<ClusterMember>> GetMembers(CancellationToken cancellation)
    {
        Task<ImmutableArray<ClusterMember>>[] asked =
        [
            .. Enumerable.Range(0, AskedAtOnce).Select(_ => grains.GetCluster().GetMembers()),
        ];
        await foreach (var answer in Task.WhenEach(asked).WithCancellation(cancellation))
        {
            if (answer.IsCompletedSuccessfully)
                return await answer;
        }

        return await asked[0];
    }

    private async Task<ImmutableArray<ClusterMember>?> Look(CancellationToken stopping)
    {
        // A separate timer instead of a cancelling one, which could fire after disposal and end the process with an exception.
        using var late = new CancellationTokenSource(Patience, time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping, late.Token);
        try
        {
            return await GetMembers(patience.Token);
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            GatewayLog.ClusterUnseen(
                log, exception is OperationCanceledException ? new TimeoutException("No silo has answered in time.") : exception);
            return null;
        }
    }
}
