namespace OrleansCalls.Gateway.Delivery;

/// <summary>Asks every second which silos there are, and signals each change.</summary>
public sealed class ClusterWatch(
    IGrainFactory grains, ClusterChanges changes, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<ClusterWatch> log)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // Requests to a stateless worker go to one silo after another, so that one that hangs leaves another to answer.
    private const int AskedAtOnce = 2;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string? known = null;
        var cutOff = false;
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                // A client that has not found its first silo says so by itself.
                if (!lifetime.ApplicationStarted.IsCancellationRequested)
                    continue;
                var members = await Look();
                if (members is null)
                {
                    cutOff = true;
                    continue;
                }

                // After a time without any answer nobody knows what has moved meanwhile.
                if (known is not null && (cutOff || members != known))
                {
                    GatewayLog.ClusterChanged(log, members);
                    changes.Signal();
                }

                known = members;
                cutOff = false;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private async Task<string?> Look()
    {
        Exception? failure = null;
        await foreach (var ask in Task.WhenEach(Enumerable.Range(0, AskedAtOnce).Select(_ => Ask()).ToArray()))
        {
            try
            {
                return string.Join(", ", (await ask).Select(member => $"{member.Address} {member.Status}"));
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        }

        GatewayLog.ClusterUnseen(log, failure!);
        return null;
    }

    private async Task<ImmutableArray<ClusterMember>> Ask() => await grains.GetCluster().GetMembers().WaitAsync(Patience, time);
}
