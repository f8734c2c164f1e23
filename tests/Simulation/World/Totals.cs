namespace OrleansCalls.Tests.Simulation;

/// <summary>What a run came to.</summary>
internal sealed class Totals
{
    public int Calls { get; set; }

    public int Commands { get; set; }

    public int UnknownOutcomes { get; set; }

    public int Events { get; set; }

    public int Signals { get; set; }

    /// <summary>Signals that went past the users' grains.</summary>
    public int Direct { get; set; }

    public int Pushes { get; set; }

    public int Webhooks { get; set; }

    public long Steps { get; set; }

    public SortedDictionary<string, int> Faults { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<CallPhase, int> Phases { get; } = [];

    public SortedDictionary<LegPhase, int> LegPhases { get; } = [];

    public SortedDictionary<EndReason, int> EndReasons { get; } = [];

    public void Add(Totals other)
    {
        Calls += other.Calls;
        Commands += other.Commands;
        UnknownOutcomes += other.UnknownOutcomes;
        Events += other.Events;
        Signals += other.Signals;
        Direct += other.Direct;
        Pushes += other.Pushes;
        Webhooks += other.Webhooks;
        Steps += other.Steps;
        Add(Faults, other.Faults);
        Add(Phases, other.Phases);
        Add(LegPhases, other.LegPhases);
        Add(EndReasons, other.EndReasons);
    }

    public override string ToString() =>
        $"{Calls} calls, {Commands} commands ({UnknownOutcomes} with unknown outcome), {Events} events, {Signals} signals ({Direct} direct), {Pushes} pushes, "
        + $"{Webhooks} webhooks, {Steps} steps\n  ends: {List(EndReasons)}\n  legs: {List(LegPhases)}\n  faults: {List(Faults)}";

    private static void Add<T>(SortedDictionary<T, int> mine, SortedDictionary<T, int> others)
        where T : notnull
    {
        foreach (var (what, count) in others)
            mine[what] = mine.GetValueOrDefault(what) + count;
    }

    private static string List<T>(SortedDictionary<T, int> counts)
        where T : notnull => string.Join(", ", counts.Select(pair => $"{pair.Key} {pair.Value}"));
}
