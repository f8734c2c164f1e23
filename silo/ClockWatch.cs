using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using OrleansCalls.Silo.Cluster;

namespace OrleansCalls.Silo;

/// <summary>
/// Logs each step of the machine's wall clock, and stops the process when it was set back further than Orleans tolerates: its
/// activation collector reads the wall clock, and rejects every activation once that is <see
/// cref="GrainCollectionOptions.CollectionAge"/> behind (ActivationCollector in Orleans.Runtime). A restarted process is not
/// affected.
/// </summary>
internal sealed class ClockWatch(
    SteadyTime time, IOptions<GrainCollectionOptions> collection, IHostApplicationLifetime lifetime, ILogger<ClockWatch> logger)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WorthALine = TimeSpan.FromSeconds(2);

    // Read at construction, since the background work may start later.
    private DateTimeOffset _wall = time.Machine.GetUtcNow();
    private long _monotonic = time.Machine.GetTimestamp();

    /// <summary>Whether activations succeed: the clock is not too far behind.</summary>
    public bool IsBearable => time.Behind < collection.Value.CollectionAge - collection.Value.CollectionQuantum;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time.Machine);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                LogStep();
                if (IsBearable)
                    continue;
                logger.ClockTooFarBack(Math.Round(time.Behind.TotalSeconds, 1));
                Environment.ExitCode = 1;
                lifetime.StopApplication();
                return;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private void LogStep()
    {
        var (wall, monotonic) = (time.Machine.GetUtcNow(), time.Machine.GetTimestamp());
        var step = wall - _wall - time.Machine.GetElapsedTime(_monotonic, monotonic);
        (_wall, _monotonic) = (wall, monotonic);
        if (step >= WorthALine)
            logger.ClockSetAhead(Math.Round(step.TotalSeconds, 1));
        else if (step <= -WorthALine)
            logger.ClockSetBack(Math.Round(-step.TotalSeconds, 1));
    }
}
