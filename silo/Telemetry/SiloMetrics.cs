using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using OrleansCalls.Calls;

namespace OrleansCalls.Silo.Telemetry;

/// <summary>Metrics of the cluster as this silo sees it, on the meter <c>OrleansCalls</c>.</summary>
internal sealed class SiloMetrics(IMeterFactory meters, IClusterMembers members, CallMetrics calls) : IHostedService
{
    private static readonly string[] Statuses =
        [
            .. Enum.GetValues<SiloStatus>().Where(status => status is not (SiloStatus.None or SiloStatus.Dead))
                .Select(status => EnumNames.Snake(status)),
        ];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Creates the call metrics with the process instead of the first call, so that they begin at 0.
        GC.KeepAlive(calls);
        meters.Create(CallTrace.Name).CreateObservableGauge(
            "orleanscalls.cluster.members", Members, "{silo}",
            "Silos as this one sees them, by status; dead ones are not counted.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // All statuses each time: an omitted one would keep its last value.
    private IEnumerable<Measurement<int>> Members()
    {
        var counts = members.All.CountBy(member => member.Status).ToDictionary();
        return Statuses.Select(status => new Measurement<int>(
            counts.GetValueOrDefault(status), new KeyValuePair<string, object?>("status", status)));
    }
}
