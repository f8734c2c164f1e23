namespace OrleansCalls.Gateway.Delivery;

/// <summary>
/// Looks every two seconds which silos there are. When that changes, the grains of some users have moved and know nothing of the
/// connections here: whoever waits for <see cref="NextChange"/> tells them at once instead of at the next renewal.
/// </summary>
public sealed class ClusterWatch(IGrainFactory grains, TimeProvider time, ILogger<ClusterWatch> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private volatile TaskCompletionSource _change = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes at the next change.</summary>
    public Task NextChange => _change.Task;

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
                    Interlocked.Exchange(ref _change, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
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
        try
        {
            var members = await grains.GetCluster().GetMembers();
            return string.Join(", ", members.Select(member => $"{member.Address} {member.Status}"));
        }
        catch (Exception exception)
        {
            GatewayLog.ClusterUnseen(log, exception);
            return null;
        }
    }
}
