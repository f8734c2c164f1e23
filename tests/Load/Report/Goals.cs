namespace OrleansCalls.Load.Report;

/// <summary>One thing that the service has to reach, and how near it came in this run.</summary>
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

/// <summary>What the service has to reach: ratios to the bare relay of the same run, and some limits of its own.</summary>
internal static class Goals
{
    private const string Relay = "relay";

    /// <summary>Those of which at least one side was measured.</summary>
    public static IReadOnlyList<Goal> Of(IReadOnlyList<Target> targets, Results results) =>
        [.. targets.Where(target => target.IsService).SelectMany(target => All(target.Name, results))
            .Where(goal => goal.IsReached is not null)];

    private static IEnumerable<Goal> All(string target, Results results)
    {
        var (rejected, incoming) = (Speed.StepName(Step.RejectToRejected), Speed.StepName(Step.StartToIncoming));
        var perCore = target.StartsWith("sqlite", StringComparison.Ordinal) ? 0.3 : 0.2;
        yield return new Goal(target, "calls per core second, to the relay's", 1 / Ratio("closed", Speed.Cpu), perCore, AtLeast: true);
        yield return new Goal(target, $"{rejected} p50, to the relay's", Ratio("open", $"{rejected} p50"), 5);
        yield return new Goal(target, $"{rejected} p99, to the relay's", Ratio("open", $"{rejected} p99"), 10);
        yield return new Goal(target, $"{incoming} p99 [ms]", Own("open", $"{incoming} p99"), 10);
        yield return new Goal(target, "memory of a user, to the relay's", Ratio(Holding.OfUsers, Holding.User), 2);
        yield return new Goal(target, "memory of a ringing call [KB]", Own(Holding.OfCalls, Holding.Ringing), 12);
        yield return new Goal(target, "memory of an active call [KB]", Own(Holding.OfCalls, Holding.Active), 12);
        yield return new Goal(target, "deadlines late p99 [ms]", Own("deadlines", Deadlines.Late), 250);
        yield return new Goal(target, "deadlines lost", Own("deadlines", Deadlines.Lost), 0);
        yield return new Goal(target, "time of a reconnect storm, to the relay's", Ratio("storm", Storm.Time), 2);
        yield return new Goal(target, "cost of a call from fewest to most users, largest to smallest", Spread(Scale.OfUsers), 1.15);
        yield return new Goal(target, "cost of a call from fewest to most open calls, largest to smallest", Spread(Scale.OfCalls), 1.15);
        yield return new Goal(target, "writes of the call's row, answered call", Own("writes", $"{Writes.OneByOne}: {Writes.CallRow}"), 3);

        double Own(string scenario, string metric) => results.Median(scenario, target, metric);

        double Ratio(string scenario, string metric) => Own(scenario, metric) / results.Median(scenario, Relay, metric);

        double Spread(string scenario)
        {
            var costs = results.Measurements
                .Where(m => m.Scenario == scenario && m.Target == target && m.Metric.StartsWith(Scale.Cost, StringComparison.Ordinal))
                .Select(m => m.Median).ToList();
            return costs.Count < 2 || costs.Exists(cost => !(cost > 0)) ? double.NaN : costs.Max() / costs.Min();
        }
    }
}
