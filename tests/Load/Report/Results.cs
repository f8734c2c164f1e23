namespace OrleansCalls.Load.Report;

/// <summary>One thing measured of one target, once a round.</summary>
internal sealed class Measurement(string scenario, string target, string metric, string unit)
{
    public string Scenario { get; } = scenario;

    public string Target { get; } = target;

    public string Metric { get; } = metric;

    public string Unit { get; } = unit;

    /// <summary>What each round gave.</summary>
    public List<double> Values { get; } = [];

    public double Median
    {
        get
        {
            var sorted = Values.Where(double.IsFinite).Order().ToList();
            return sorted.Count == 0 ? double.NaN : (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
        }
    }

    public double Min => Values.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Min();

    public double Max => Values.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Max();
}

/// <summary>All that a run has found.</summary>
internal sealed class Results
{
    private readonly Dictionary<(string, string, string), Measurement> _all = [];

    /// <summary>In the order in which they were first measured.</summary>
    public List<Measurement> Measurements { get; } = [];

    /// <summary>What a reader must know: settings, limits of the machine, doubts.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>What went wrong, by scenario, target and words.</summary>
    public SortedDictionary<string, long> Errors { get; } = new(StringComparer.Ordinal);

    public void Add(string scenario, string target, string metric, string unit, double value)
    {
        if (!_all.TryGetValue((scenario, target, metric), out var measurement))
        {
            measurement = new Measurement(scenario, target, metric, unit);
            _all.Add((scenario, target, metric), measurement);
            Measurements.Add(measurement);
        }

        measurement.Values.Add(value);
    }

    /// <summary>The median of what was measured; NaN when it was not.</summary>
    public double Median(string scenario, string target, string metric) =>
        _all.TryGetValue((scenario, target, metric), out var measurement) ? measurement.Median : double.NaN;

    /// <summary>Says of which figures others on the machine have their part.</summary>
    public void NoteDisturbances()
    {
        foreach (var measurement in Measurements.Where(m => m.Metric == Lab.Disturbed && m.Max > 10))
        {
            Note(string.Create(
                CultureInfo.InvariantCulture,
                $"{measurement.Scenario}, {measurement.Target}: others used up to {measurement.Max:F0} % of the server's cores."));
        }
    }

    /// <summary>Says something once.</summary>
    public void Note(string words)
    {
        if (!Notes.Contains(words))
            Notes.Add(words);
    }

    public void AddErrors(string scenario, string target, Errors errors)
    {
        foreach (var (words, count) in errors.Counts)
        {
            var key = $"{scenario}, {target}: {words}";
            Errors[key] = Errors.GetValueOrDefault(key) + count;
        }
    }
}
