using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.Metrics;

namespace OrleansCalls.Silo.Telemetry;

/// <summary>Reads this host's instruments for the operators' page: the same figures as <c>/metrics</c>.</summary>
internal sealed class FigureReader : IDisposable
{
    // The figures on the page. Instruments without a listener cost nothing.
    private static readonly ImmutableHashSet<string> Names =
    [
        "orleanscalls.open_calls", "orleanscalls.calls.started", "orleanscalls.calls.ended", "orleanscalls.connections",
        "orleanscalls.connected_users", "orleanscalls.queue.length", "orleanscalls.push.results",
        "orleanscalls.push.provider_state",
    ];

    // Label values come from the code, except the error of a push provider.
    private const int MostSeries = 500;
    private const char Separator = '\n';

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(string Name, string Labels), long> _counters = new();
    private readonly ConcurrentDictionary<(string Name, string Labels), long> _gauges = new();

    public FigureReader(IMeterFactory meters)
    {
        // Other hosts in this process (in tests) have their own meters.
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == CallTrace.Name && instrument.Meter.Scope == meters && Names.Contains(instrument.Name))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, labels, _) => Take(instrument, value, labels));
        _listener.SetMeasurementEventCallback<int>((instrument, value, labels, _) => Take(instrument, value, labels));
        _listener.Start();
    }

    /// <summary>Returns the current figures.</summary>
    public ImmutableArray<NodeFigure> Read()
    {
        _gauges.Clear();
        _listener.RecordObservableInstruments();
        return
        [
            .. _counters.Concat(_gauges).Select(figure => new NodeFigure
            {
                Name = figure.Key.Name,
                Labels = figure.Key.Labels.Length == 0 ? [] : [.. figure.Key.Labels.Split(Separator)],
                Value = figure.Value,
            }).OrderBy(figure => figure.Name, StringComparer.Ordinal),
        ];
    }

    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        var key = (instrument.Name, Text(labels));
        if (instrument.IsObservable)
            _gauges.AddOrUpdate(key, value, (_, sum) => sum + value);
        else if (_counters.Count < MostSeries || _counters.ContainsKey(key))
            _counters.AddOrUpdate(key, value, (_, sum) => sum + value);
    }

    private static string Text(ReadOnlySpan<KeyValuePair<string, object?>> labels) => labels.Length switch
    {
        0 => "",
        1 => labels[0].Value?.ToString() ?? "",
        _ => string.Join(Separator, labels.ToArray().Select(label => label.Value)),
    };
}
