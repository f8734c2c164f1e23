using System.Reflection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansCalls.Silo.Telemetry;

/// <summary>Reports this process and its figures to <see cref="INodesGrain"/>, for the operators' page.</summary>
internal sealed partial class NodeReporter(
    IGrainFactory grains, FigureReader figures, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<NodeReporter> log,
    IClusterMembers? members = null, LocalNode? gateway = null) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private static readonly string Version = typeof(NodeReporter).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private readonly string _nodeId = Guid.CreateVersion7().ToString("N");
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A client cannot reach grains before it has found its first silo.
        if (!await lifetime.HasStarted(stoppingToken))
            return;
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            await Report();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task Report()
    {
        try
        {
            await grains.GetNodes().Report(new NodeReport
            {
                NodeId = _nodeId,
                Version = Version,
                StartedAt = _startedAt,
                GatewayId = gateway?.GatewayId,
                SiloAddress = members?.Me,
                Figures = figures.Read(),
            });
        }
        catch (Exception exception)
        {
            // The next report holds the same data, and an unavailable cluster is logged elsewhere.
            LogUnreported(exception);
        }
    }

    [LoggerMessage(
        1290, LogLevel.Debug, "Reporting the figures of this process failed; retrying in 5 s", EventName = "FiguresUnreported")]
    private partial void LogUnreported(Exception exception);
}
