namespace OrleansCalls.Load.Report;

/// <summary>A limit of the service, and the figure of this run.</summary>
/// <param name="Target">Which form of the service.</param>
/// <param name="What">What is compared with the limit.</param>
/// <param name="Value">What was measured.</param>
/// <param name="Limit">What it has to reach.</param>
/// <param name="AtLeast">Whether more is better.</param>
internal sealed record Goal(string Target, string What, double Value, double Limit, bool AtLeast = false)
{
    /// <summary>Null when it was not measured.</summary>
    public bool? IsReached => !double.IsFinite(Value) ? null : AtLeast ? Value >= Limit : Value <= Limit;
}

/// <summary>Limits of the service: ratios to baselines of the same run, and figures of its own.</summary>
internal static class Goals
{
    private static readonly string Incoming = Speed.StepName(Step.StartToIncoming), Rejected = Speed.StepName(
        Step.RejectToRejected);

    /// <summary>Those of which at least one side was measured.</summary>
    public static IReadOnlyList<Goal> Of(IReadOnlyList<Target> targets, Results results) =>
        [.. targets.Where(target => target.IsService).SelectMany(target => All(target.Name, results))
            .Where(goal => goal.IsReached is not null)];

    private static IEnumerable<Goal> All(string target, Results results)
    {
        if (Is("sqlite"))
        {
            yield return PerCore(0.30);
            yield return new Goal(target, $"{Incoming} p99 [ms]", Own("open", $"{Incoming} p99"), 6);
            yield return new Goal(target, $"{Rejected} p99, to the relay's", Ratio("open", $"{Rejected} p99"), 8);
            yield return new Goal(target, "deadlines late p99 [ms]", Own("deadlines", Deadlines.Late), 800);
        }
        else if (Is("postgres"))
        {
            yield return PerCore(0.25);
            yield return new Goal(
                target, "calls per core second, to the durable peer's",
                1 / Ratio("closed", Speed.Cpu, "durable"), 2, AtLeast: true);
            // SQLite has no round trips: one statement of PostgreSQL is two or three there, and they cost less than one.
            yield return new Goal(target, "statements, answered call", Counted(Writes.Statements), 4);
        }

        yield return new Goal(target, "grain messages, answered call", Counted(Writes.Messages), 9);
        yield return new Goal(target, "writes of the call's row, answered call", Counted(Writes.CallRow), 3);
        yield return new Goal(target, "allocated per call [KB]", Own("closed", Speed.Allocated), 65);
        yield return new Goal(target, "grain messages, signal", Math.Round(Own("signals", Signals.Messages), 1), 1);
        yield return new Goal(target, "CPU of a signal, to the relay's", Ratio("signals", Signals.Cpu), 2.5);
        yield return new Goal(target, "memory of an active call [KB]", Own(Holding.OfCalls, Holding.Active), 8);
        yield return new Goal(target, "memory of a user, to the relay's", Ratio(Holding.OfUsers, Holding.User), 2);
        yield return new Goal(target, "deadlines lost", Own("deadlines", Deadlines.Lost), 0);
        yield return new Goal(target, "time of a reconnect storm, to the relay's", Ratio("storm", Storm.Time), 2);
        yield return new Goal(
            target, "cost of a call from fewest to most users, largest to smallest", Spread(Scale.OfUsers), 1.15);
        yield return new Goal(
            target, "cost of a call from fewest to most open calls, largest to smallest", Spread(Scale.OfCalls), 1.15);

        bool Is(string form) => target == form || target == form + Variant.BesideSuffix;

        Goal PerCore(double limit) =>
            new(target, "calls per core second, to the relay's", 1 / Ratio("closed", Speed.Cpu), limit, AtLeast: true);

        double Own(string scenario, string metric) => results.Median(scenario, target, metric);

        // What the runtime does by itself is subtracted from counts, but not exactly.
        double Counted(string metric) => Math.Round(Own("writes", $"{Writes.OneByOne}: {metric}"), 1);

        double Ratio(string scenario, string metric, string to = "relay") =>
            Own(scenario, metric) / results.Median(scenario, to, metric);

        double Spread(string scenario)
        {
            var costs = results.Measurements
                .Where(
                    m => m.Scenario == scenario && m.Target == target
                        && m.Metric.StartsWith(Scale.Cost, StringComparison.Ordinal))
                .Select(m => m.Median).ToList();
            return costs.Count < 2 || costs.Exists(cost => !(cost > 0)) ? double.NaN : costs.Max() / costs.Min();
        }
    }
}
