using System.Diagnostics.Metrics;
using System.Text.Json;

namespace OrleansCalls.Gateway.Operations;

/// <summary>The gateway's instruments, on the meter <c>OrleansCalls</c>.</summary>
public sealed class GatewayMetrics
{
    private static readonly InstrumentAdvice<double> Latencies =
        new() { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] };

    private readonly Counter<long> _commands;
    private readonly Histogram<double> _commandTime;
    private readonly Counter<long> _deliveries;
    private readonly Histogram<double> _deliveryTime;
    private readonly Counter<long> _overflows;

    /// <summary>Creates the instruments.</summary>
    public GatewayMetrics(IMeterFactory meters, ConnectionRegistry registry, ResumeQueue resumes)
    {
        var meter = meters.Create(CallTrace.Name);
        _commands = meter.CreateCounter<long>("orleanscalls.commands", "{command}", "Commands for calls, by name and outcome.");
        _commandTime = meter.CreateHistogram(
            "orleanscalls.command.duration", "s", "From a command's arrival to its outcome.", null, Latencies);
        _deliveries = meter.CreateCounter<long>(
            "orleanscalls.deliveries", "{event}", "Events for connections, by what became of them.");
        _deliveryTime = meter.CreateHistogram(
            "orleanscalls.delivery.duration", "s", "From a connection's queue to its socket.", null, Latencies);
        _overflows = meter.CreateCounter<long>(
            "orleanscalls.connection.overflows", "{connection}", "Connections closed because they did not keep up.");
        _overflows.Add(0);
        foreach (var outcome in (ReadOnlySpan<string>)["queued", "not_connected"])
            _deliveries.Add(0, new KeyValuePair<string, object?>("outcome", outcome));
        meter.CreateObservableGauge("orleanscalls.connections", () => registry.Count, "{connection}", "Live connections.");
        meter.CreateObservableGauge(
            "orleanscalls.connected_users", () => registry.UserCount, "{user}", "Users with a live connection.");
        meter.CreateObservableGauge<int>(
            "orleanscalls.queue.length",
            () => (Measurement<int>[])[Waiting("connections", registry.Queued), Waiting("resume", resumes.Count)],
            "{item}",
            "What waits in this process, by queue.");
    }

    /// <summary>Records the outcome of a command.</summary>
    public void Command(string command, string outcome, TimeSpan duration)
    {
        var name = new KeyValuePair<string, object?>("command", JsonNamingPolicy.SnakeCaseLower.ConvertName(command));
        _commands.Add(1, name, new KeyValuePair<string, object?>("outcome", outcome));
        _commandTime.Record(duration.TotalSeconds, name);
    }

    /// <summary>Records the delivery of an event to a connection.</summary>
    public void Delivered(string outcome) => _deliveries.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>Records that a socket accepted an event.</summary>
    public void Written(TimeSpan duration) => _deliveryTime.Record(duration.TotalSeconds);

    /// <summary>Records that a connection was closed because its queue was full.</summary>
    public void Overflow() => _overflows.Add(1);

    private static Measurement<int> Waiting(string queue, int length) =>
        new(length, new KeyValuePair<string, object?>("queue", queue));
}
