using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansCalls.Silo.Cluster;

namespace OrleansCalls.Silo;

/// <summary>
/// Says when somebody has set the machine's clock. Deadlines are instants, so that they outlive processes: a clock that is set ahead
/// ends rings early, one that is set back ends them late, and nothing else comes of it.
/// </summary>
internal sealed class ClockWatch(TimeProvider time, ILogger<ClockWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Worth = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            var (wall, monotonic) = (time.GetUtcNow(), time.GetTimestamp());
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var (nextWall, nextMonotonic) = (time.GetUtcNow(), time.GetTimestamp());
                var jump = nextWall - wall - time.GetElapsedTime(monotonic, nextMonotonic);
                if (jump.Duration() >= Worth)
                    logger.ClockJumped(Math.Round(jump.Duration().TotalSeconds, 1), jump > TimeSpan.Zero ? "ahead" : "back", jump > TimeSpan.Zero ? "earlier" : "later");
                (wall, monotonic) = (nextWall, nextMonotonic);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops.
        }
    }
}
