using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace OrleansCalls.Silo.Telemetry;

/// <summary>
/// Listens to the project's meter and writes what it heard as Prometheus text. Small on purpose: whoever wants more adds
/// OpenTelemetry, which hears the same meter.
/// </summary>
public sealed class PrometheusExporter : IDisposable
{
    private static readonly double[] DefaultBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    private readonly MeterListener _listener = new();
    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly Lock _writing = new();

    /// <summary>Listens to the meters of <paramref name="meters"/>, not to those of other services in the same process.</summary>
    public PrometheusExporter(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == CallTrace.Name && (instrument.Meter.Scope is null || instrument.Meter.Scope == meters))
                listener.EnableMeasurementEvents(instrument, FamilyOf(instrument));
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, family) => Record(family, value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, family) => Record(family, value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, family) => Record(family, value, tags));
        _listener.Start();
    }

    /// <summary>All metrics as they are now.</summary>
    public string Write()
    {
        lock (_writing)
        {
            // What is observed is observed anew: a label that nobody reports any more is gone.
            lock (_lock)
            {
                foreach (var family in _families.Values)
                    if (family.IsObserved)
                        family.Clear();
            }

            _listener.RecordObservableInstruments();
            return Text();
        }
    }

    private string Text()
    {
        var text = new StringBuilder();
        lock (_lock)
        {
            foreach (var (name, family) in _families)
            {
                if (family.Series.Count == 0)
                    continue;
                text.Append("# HELP ").Append(name).Append(' ').Append(family.Help).Append('\n');
                text.Append("# TYPE ").Append(name).Append(' ').Append(family.Type).Append('\n');
                foreach (var (labels, series) in family.Series)
                    series.Write(text, name, labels, family.Buckets);
            }
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Record(object? family, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_lock)
            ((Family)family!).Add(value, tags);
    }

    private Family FamilyOf(Instrument instrument)
    {
        lock (_lock)
        {
            var name = NameOf(instrument);
            if (!_families.TryGetValue(name, out var family))
                _families.Add(name, family = Family.Of(instrument));
            return family;
        }
    }

    private static string NameOf(Instrument instrument)
    {
        var name = $"orleanscalls_{instrument.Name.Replace('.', '_')}";
        if (instrument.Unit == "s")
            name += "_seconds";
        return Family.IsCounter(instrument) ? $"{name}_total" : name;
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
            return "";
        var text = new StringBuilder();
        foreach (var (key, value) in tags)
        {
            text.Append(text.Length == 0 ? "" : ",").Append(key).Append("=\"")
                .Append(Convert.ToString(value, CultureInfo.InvariantCulture)?.Replace("\\", @"\\").Replace("\"", "\\\"").Replace("\n", "\\n"))
                .Append('"');
        }

        return text.ToString();
    }

    /// <summary>The labels of a measurement as a key: nearly none has more than three, and to make their text costs more than to count.</summary>
    private readonly record struct Key(string? Name1, object? Value1, string? Name2, object? Value2, string? Name3, object? Value3)
    {
        public static Key? Of(ReadOnlySpan<KeyValuePair<string, object?>> tags) => tags.Length switch
        {
            0 => default(Key),
            1 => new Key(tags[0].Key, tags[0].Value, null, null, null, null),
            2 => new Key(tags[0].Key, tags[0].Value, tags[1].Key, tags[1].Value, null, null),
            3 => new Key(tags[0].Key, tags[0].Value, tags[1].Key, tags[1].Value, tags[2].Key, tags[2].Value),
            _ => null,
        };
    }

    private sealed class Family(string type, string help, bool isObserved, double[]? buckets)
    {
        private readonly Dictionary<Key, Series> _known = [];

        public string Type => type;

        public string Help => help;

        /// <summary>Whether values are what is, and not what has been added.</summary>
        public bool IsObserved => isObserved;

        public double[]? Buckets => buckets;

        public SortedDictionary<string, Series> Series { get; } = new(StringComparer.Ordinal);

        public void Add(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (Key.Of(tags) is not { } key)
            {
                SeriesOf(Labels(tags)).Add(value, this);
                return;
            }

            if (!_known.TryGetValue(key, out var series))
                _known.Add(key, series = SeriesOf(Labels(tags)));
            series.Add(value, this);
        }

        public void Clear()
        {
            Series.Clear();
            _known.Clear();
        }

        private Series SeriesOf(string labels)
        {
            if (!Series.TryGetValue(labels, out var series))
                Series.Add(labels, series = new Series(buckets?.Length ?? 0));
            return series;
        }

        public static bool IsCounter(Instrument instrument) =>
            instrument.GetType().GetGenericTypeDefinition() is var kind
            && (kind == typeof(Counter<>) || kind == typeof(ObservableCounter<>));

        public static Family Of(Instrument instrument)
        {
            var help = (instrument.Description ?? instrument.Name).Replace(@"\", @"\\").Replace("\n", @"\n");
            if (instrument.GetType().GetGenericTypeDefinition() == typeof(Histogram<>))
                return new Family("histogram", help, isObserved: false, Advised(instrument) ?? DefaultBuckets);
            return new Family(IsCounter(instrument) ? "counter" : "gauge", help, instrument.IsObservable, null);
        }

        private static double[]? Advised(Instrument instrument) =>
            (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries is { } bounds ? [.. bounds] : null;
    }

    private sealed class Series(int buckets)
    {
        private readonly long[] _counts = new long[buckets];
        private double _sum;
        private long _count;

        public void Add(double value, Family family)
        {
            _count++;
            _sum = family.IsObserved ? value : _sum + value;
            for (var i = 0; i < _counts.Length; i++)
                _counts[i] += value <= family.Buckets![i] ? 1 : 0;
        }

        public void Write(StringBuilder text, string name, string labels, double[]? bounds)
        {
            if (bounds is null)
            {
                Line(text, name, labels, _sum);
                return;
            }

            var before = labels.Length == 0 ? "" : labels + ",";
            for (var i = 0; i < bounds.Length; i++)
                Line(text, $"{name}_bucket", $"{before}le=\"{bounds[i].ToString(CultureInfo.InvariantCulture)}\"", _counts[i]);
            Line(text, $"{name}_bucket", $"{before}le=\"+Inf\"", _count);
            Line(text, $"{name}_sum", labels, _sum);
            Line(text, $"{name}_count", labels, _count);
        }

        private static void Line(StringBuilder text, string name, string labels, double value) => text
            .Append(name).Append(labels.Length == 0 ? "" : $"{{{labels}}}").Append(' ')
            .Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }
}
