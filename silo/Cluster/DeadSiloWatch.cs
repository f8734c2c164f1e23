using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansCalls.Silo.Cluster;

/// <summary>
/// Reactivates this silo's share of the open calls after the loss of another silo. Their timers are lost with it, the next
/// sweep may be a minute away, and their parties' own timers may have been in the same silo.
/// </summary>
internal sealed class DeadSiloWatch : BackgroundService, ISiloStatusListener
{
    // By then all silos agree on the membership: a call that fell between two shares in the first round is found in the second.
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);

    private readonly ISiloStatusOracle _oracle;
    private readonly OpenCallWaker _waker;
    private readonly ILogger _logger;
    private readonly Background _background;
    private readonly SemaphoreSlim _losses = new(0);

    public DeadSiloWatch(ISiloStatusOracle oracle, OpenCallWaker waker, TimeProvider time, ILogger<DeadSiloWatch> logger)
    {
        (_oracle, _waker, _logger) = (oracle, waker, logger);
        _background = new Background(nameof(DeadSiloWatch), time, (work, exception) => logger.WatchFailed(exception, work));
    }

    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        if (status != SiloStatus.Dead || updatedSilo.Equals(_oracle.SiloAddress))
            return;
        _logger.SiloGone(updatedSilo.ToParsableString());
        _losses.Release();
    }

    public override Task StopAsync(CancellationToken cancellationToken)
    {
        _background.Stop();
        return base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _losses.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _oracle.SubscribeToSiloStatusEvents(this);
        try
        {
            while (true)
            {
                await _losses.WaitAsync(stoppingToken);
                do
                    await Wake();
                while (await _losses.WaitAsync(Again, stoppingToken));
                await Wake();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            _oracle.UnSubscribeFromSiloStatusEvents(this);
        }
    }

    private Task<bool> Wake() => _background.UntilDone("reactivating the calls of a dead silo", _waker.WakeShare);
}
