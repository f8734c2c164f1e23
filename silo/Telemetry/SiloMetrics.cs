using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;

namespace OrleansCalls.Silo.Telemetry;

/// <summary>The cluster as this silo sees it, on the meter <c>OrleansCalls</c>.</summary>
internal sealed class SiloMetrics(IMeterFactory meters, IClusterMembers members) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        meters.Create(CallTrace.Name).CreateObservableGauge(
            "cluster_members", Members, "{silo}", "Silos as this one sees them, by status; dead ones are not counted.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private IEnumerable<Measurement<int>> Members() => members.All.GroupBy(member => member.Status)
        .Select(group => new Measurement<int>(group.Count(), new KeyValuePair<string, object?>("status", group.Key)));
}
