namespace OrleansCalls.Load.Scenarios;

/// <summary>(g) counts of a call: grain messages, statements, writes, transactions, bytes of log, round trips.</summary>
internal sealed class Writes : IPhase
{
    /// <summary>Metrics that other parts of the program ask for.</summary>
    public const string CallRow = "writes of the call's row", LogBytes = "bytes of log", RoundTrips = "round trips",
        Messages = "grain messages", Statements = "statements",
        OneByOne = "answered, one at a time", Saturated = "answered, saturated";

    /// <inheritdoc/>
    public string Name => "writes";

    /// <inheritdoc/>
    public IEnumerable<Target> Concerned(Lab lab) => lab.Targets.Where(target =>
        target is SqliteTarget or PostgresTarget or DurableTarget or FloorTarget
            || (target is ApartTarget && !lab.Options.Short));

    /// <inheritdoc/>
    public int Rounds(LoadOptions options) => 1;

    /// <inheritdoc/>
    public void WarmUp(Lab lab, Target target)
    {
        // Counts do not change when the code gets faster.
    }

    /// <inheritdoc/>
    public void Measure(Lab lab, Target target)
    {
        Run(lab, target, CallPlan.Answered, 1, OneByOne, statements: true);
        if (lab.Options.Short)
            return;
        Run(lab, target, CallPlan.Rejected, 1, "rejected, one at a time", statements: false);
        Run(lab, target, CallPlan.Answered, lab.Options.Pairs, Saturated, statements: false);
    }

    private void Run(Lab lab, Target target, CallPlan plan, int pairs, string how, bool statements)
    {
        using var fleet = lab.Connect(Name, target, pairs * 2);
        var atRest = Counts.AtRest(lab, target);
        var before = Read();
        var (calls, counted) = Counts.OfCalls(lab, target, fleet, plan, Math.Min(lab.Options.Seconds, 3));
        if (!double.IsNaN(counted.GrainMessages))
            lab.Results.Add(Name, target.Name, $"{how}: {Messages}", "per call", counted.MessagesPerCall(atRest, calls));
        if (before is null)
            return;
        foreach (var (metric, value) in Read()!.Since(before, counted, calls, statements))
            lab.Results.Add(Name, target.Name, $"{how}: {metric}", "per call", value);

        DatabaseCounts? Read()
        {
            if (target.Postgres is not null)
                lab.Loop.RunFor(PostgresServer.FlushDelay);
            return DatabaseCounts.Of(target, fleet.Dialect.Prefix);
        }
    }
}
