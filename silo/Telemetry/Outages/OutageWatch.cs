using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansCalls.Silo.Telemetry.Outages;

/// <summary>Detects the end of an outage, and logs it with the suppressed messages.</summary>
internal sealed class OutageWatch(Outage outage, HealthCheckService health, TimeProvider time, ILogger<OutageWatch> logger)
    : BackgroundService
{
    private const int ShownLines = 8;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    // A silo writes a row of its own; a gateway calls a grain that reads the database.
    private static readonly string[] Checks = ["storage", "grains", "history"];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (true)
            {
                await outage.Begun(stoppingToken);
                while (!await HasEnded(stoppingToken))
                    await timer.WaitForNextTickAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task<bool> HasEnded(CancellationToken stopping)
    {
        var report = await health.CheckHealthAsync(check => Checks.Contains(check.Name), stopping);
        if (report.Status != HealthStatus.Healthy || outage.TryEnd() is not { } ended)
            return false;
        var shown = string.Join(", ", ended.Lines.Take(ShownLines).Select(line => $"{line.Key} {line.Value}"));
        logger.OutageEnded(Math.Round(ended.Lasted.TotalSeconds, 1), ended.Lines.Sum(line => line.Value), shown);
        return true;
    }
}
