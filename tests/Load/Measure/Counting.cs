namespace OrleansCalls.Load.Measure;

/// <summary>What the .NET processes of a target counted between start and stop.</summary>
/// <param name="Seconds">How long that was.</param>
/// <param name="GrainMessages">Requests and one-way messages that silos dispatched; NaN where there is no silo.</param>
/// <param name="Statements">How often each statement of SQLite was run, by its text.</param>
internal sealed record Counted(double Seconds, double GrainMessages, IReadOnlyDictionary<string, double> Statements)
{
    /// <summary>Grain messages of each of so many calls, without those that come at rest.</summary>
    public double MessagesPerCall(Counted atRest, long calls) =>
        (GrainMessages - (atRest.GrainMessages / atRest.Seconds * Seconds)) / calls;
}

/// <summary>Switches the counters in a target's processes on and off: they cost time, and nothing is timed meanwhile.</summary>
internal sealed class Counting
{
    private readonly List<Part> _parts;
    private readonly long _since = Stopwatch.GetTimestamp();

    private Counting(List<Part> parts) => _parts = parts;

    /// <summary>Starts at zero.</summary>
    public static Counting Start(Target target)
    {
        var parts = target.Parts.Where(part => part.Probe is not null && target is not NodeProgram).ToList();
        parts.ForEach(part => Probe.Ask(part.Probe, Probe.Count));
        return new Counting(parts);
    }

    /// <summary>Stops, and returns what was counted since.</summary>
    public Counted Stop()
    {
        var counts =
            _parts.SelectMany(part => Probe.Ask(part.Probe, Probe.StopCounting) ?? new Dictionary<string, double>()).ToList();
        var messages = counts.Where(count => count.Key == StartupHook.Messages).Select(count => count.Value).ToList();
        return new Counted(
            Stopwatch.GetElapsedTime(_since).TotalSeconds,
            messages.Count == 0 ? double.NaN : messages.Sum(),
            counts.Where(count => count.Key != StartupHook.Messages).ToDictionary(count => count.Key, count => count.Value));
    }
}
