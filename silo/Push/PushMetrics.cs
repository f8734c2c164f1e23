using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using OrleansCalls.Push;

namespace OrleansCalls.Silo.Push;

/// <summary>Metrics of pushes, on the meter <c>OrleansCalls</c>.</summary>
internal sealed class PushMetrics
{
    private readonly ConcurrentDictionary<PushProvider, Func<PushState>> _states = new();
    private readonly Counter<long> _sent;
    private readonly Histogram<double> _duration;

    public PushMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(CallTrace.Name);
        _sent = meter.CreateCounter<long>("orleanscalls.push.results", "{push}", "Pushes by provider, type and result.");
        _duration = meter.CreateHistogram<double>(
            "orleanscalls.push.duration", "s", "From the decision to push to the final result, retries included.");
        meter.CreateObservableGauge(
            "orleanscalls.push.provider_state", States, "{state}", "0 off, 1 up, 2 down, 3 credentials refused.");
    }

    internal void Watch(PushProvider provider, Func<PushState> state)
    {
        _states[provider] = state;
        foreach (var type in Enum.GetValues<PushType>())
            _sent.Add(
                0, new("provider", EnumNames.Snake(provider)), new("type", EnumNames.Snake(type)), new("result", "accepted"));
    }

    internal void Sent(PushProvider provider, PushType type, string? error, TimeSpan took)
    {
        var by = new KeyValuePair<string, object?>("provider", EnumNames.Snake(provider));
        _sent.Add(1, by, new("type", EnumNames.Snake(type)), new("result", error ?? "accepted"));
        _duration.Record(took.TotalSeconds, by);
    }

    private IEnumerable<Measurement<int>> States() => Enum.GetValues<PushProvider>().Select(provider => new Measurement<int>(
        (int)(_states.TryGetValue(provider, out var state) ? state() : PushState.Off),
        new KeyValuePair<string, object?>("provider", EnumNames.Snake(provider))));
}
