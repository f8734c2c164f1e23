using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansCalls.Silo.Cluster;

/// <summary>
/// Wakes the calls of a silo that is gone. A call's timers went with it, the next sweep may be a minute away, and its parties' own
/// timers may have been in the same silo. The silos that are left share the calls among themselves, so that they do not all come to live in one.
/// </summary>
internal sealed class LossWatch(ISiloStatusOracle oracle, IClusterMembers members, OpenCallWaker waker, TimeProvider time, ILogger<LossWatch> logger)
    : BackgroundService, ISiloStatusListener
{
    // By then all silos have the same picture: what fell between two shares of the first round is found in the second.
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _losses = new(0);

    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        if (status != SiloStatus.Dead || updatedSilo.Equals(oracle.SiloAddress))
            return;
        logger.SiloGone(updatedSilo.ToParsableString());
        _losses.Release();
    }

    public override void Dispose()
    {
        _losses.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        oracle.SubscribeToSiloStatusEvents(this);
        try
        {
            while (true)
            {
                await _losses.WaitAsync(stoppingToken);
                while (!await Wake(stoppingToken))
                    await Task.Delay(Soon, time, stoppingToken);
                await Task.Delay(Again, time, stoppingToken);
                // Several that went meanwhile are seen to together.
                while (_losses.Wait(0, stoppingToken))
                {
                }

                while (!await Wake(stoppingToken))
                    await Task.Delay(Soon, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            oracle.UnSubscribeFromSiloStatusEvents(this);
        }
    }

    private Task<bool> Wake(CancellationToken cancellation)
    {
        var living = members.All.Where(member => member.Status == "active").Select(member => member.Address).ToArray();
        var mine = Array.IndexOf(living, members.Me);
        // Not active any more: others do it.
        return mine < 0 ? Task.FromResult(true) : waker.Wake(callId => Share(callId, living.Length) == mine, cancellation);
    }

    /// <summary>The same in all processes, unlike string's own hash.</summary>
    private static int Share(string callId, int silos) => (int)(callId.Aggregate(2166136261u, (hash, c) => (hash ^ c) * 16777619u) % (uint)silos);
}
