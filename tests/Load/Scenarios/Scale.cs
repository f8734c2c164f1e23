namespace OrleansCalls.Load.Scenarios;

/// <summary>
/// Whether a call costs the same whatever else is there: more and more connected users, or more and more open calls.
/// </summary>
internal sealed class Scale(bool users) : IPhase
{
    /// <summary>Names in results.</summary>
    public const string OfUsers = "scale-users", OfCalls = "scale-calls";

    /// <summary>What the cost of a call is called in results, before beside how many it was.</summary>
    public const string Cost = "CPU per call beside";

    // Users of their own, beside the crowd's.
    private const int Pairs = 32, FirstOfPairs = 1_000_000;

    // A call costs less and less while .NET compiles: nothing is compared before two stretches in a row cost the same.
    private const double Steady = 0.05;
    private const int MostTries = 8;

    /// <inheritdoc/>
    public string Name => users ? OfUsers : OfCalls;

    /// <inheritdoc/>
    public IEnumerable<Target> Concerned(Lab lab) =>
        lab.SideTargets.Where(target => target is SqliteTarget or PostgresTarget);

    /// <inheritdoc/>
    public int Rounds(LoadOptions options) => 1;

    /// <inheritdoc/>
    public void WarmUp(Lab lab, Target target) => lab.WarmUp(Name, target, CallPlan.Answered);

    /// <inheritdoc/>
    public void Measure(Lab lab, Target target)
    {
        AwaitSteady(lab, target);
        if (users)
            MeasureUsers(lab, target);
        else
            MeasureCalls(lab, target);
    }

    private void AwaitSteady(Lab lab, Target target)
    {
        using var fleet = lab.Connect(Name, target, Pairs * 2, firstUser: FirstOfPairs);
        using var traffic = Traffic.BackToBack(lab.Loop, fleet, CallPlan.Answered);
        var last = double.NaN;
        for (var i = 0; i < MostTries; i++)
        {
            var cost = Stretch.Measure(lab, target, traffic, lab.Options.Seconds).CpuPerCall;
            if (Math.Abs(cost - last) < last * Steady)
                return;
            last = cost;
        }

        lab.Results.Note($"{Name}, {target.Name}: the cost of a call had not settled when the measurement began.");
    }

    private static void MeasureUsers(Lab lab, Target target)
    {
        using var crowd = lab.Connect(OfUsers, target, 0);
        foreach (var size in lab.Options.ScaleUsers.Order().Select(lab.Capped).Distinct())
        {
            lab.Say($"{OfUsers}: {size}, {target.Name}");
            crowd.Connect(size - (Pairs * 2));
            Measure(lab, OfUsers, target, size);
        }
    }

    private static void MeasureCalls(Lab lab, Target target)
    {
        using var crowd = lab.Connect(OfCalls, target, 0);
        var held = 0;
        foreach (var size in lab.Options.ScaleCalls.Order()
            .Select(size => (lab.Capped((size + Pairs) * 2) / 2) - Pairs).Distinct())
        {
            lab.Say($"{OfCalls}: {size}, {target.Name}");
            held = Hold(lab, crowd, held, size);
            Measure(lab, OfCalls, target, size);
        }
    }

    /// <summary>More calls, between users who have none yet.</summary>
    private static int Hold(Lab lab, Fleet crowd, int held, int wanted)
    {
        crowd.Connect(wanted * 2);
        var fresh = crowd.Clients.Skip(held * 2).ToList();
        var runner = new CallRunner(
            crowd, CallPlan.Active, fresh.Take(fresh.Count / 2).Zip(fresh.Skip(fresh.Count / 2)), held * 10L);
        Held.Start(lab, runner, wanted - held);
        return wanted;
    }

    /// <summary>Processor time of a call of a few pairs, without what the others cost at rest.</summary>
    private static void Measure(Lab lab, string scenario, Target target, int size)
    {
        using var fleet = lab.Connect(scenario, target, Pairs * 2, firstUser: FirstOfPairs);
        var before = Rest(lab, target);
        var load = Load(lab, target, fleet);
        // What a server still has to do for those who have just come is not what they cost at rest.
        var rest = Math.Min(before, Rest(lab, target));
        var cost = load.CpuPerCall - (rest * load.Window.Seconds / load.Calls);
        lab.Results.Add(scenario, target.Name, string.Create(CultureInfo.InvariantCulture, $"{Cost} {size}"), "µs", cost * 1e6);
        lab.Results.Add(
            scenario, target.Name, string.Create(CultureInfo.InvariantCulture, $"CPU at rest of {size}"), "ms/s", rest * 1e3);
    }

    private static double Rest(Lab lab, Target target)
    {
        lab.AwaitCalm();
        var meter = Meter.Start(target, lab.Options);
        lab.Loop.RunFor(TimeSpan.FromSeconds(lab.Options.Short ? 2 : 15));
        var window = meter.Stop();
        return window.CpuSeconds / window.Seconds;
    }

    private static Stretch Load(Lab lab, Target target, Fleet fleet)
    {
        using var traffic = Traffic.BackToBack(lab.Loop, fleet, CallPlan.Answered);
        return Stretch.Measure(lab, target, traffic, lab.Options.Seconds);
    }
}
