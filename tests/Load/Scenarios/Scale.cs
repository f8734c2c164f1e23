namespace OrleansCalls.Load.Scenarios;

/// <summary>Whether a call costs the same whatever else is there: more and more connected users, or more and more open calls.</summary>
internal sealed class Scale(bool calls) : IScenario
{
    private const int Pairs = 32;

    /// <inheritdoc/>
    public string Name => calls ? "scale-calls" : "scale-users";

    /// <summary>What the cost of a call beside so many is called in results.</summary>
    public static string CostAt(int size) => string.Create(CultureInfo.InvariantCulture, $"CPU per call beside {size}");

    /// <inheritdoc/>
    public void Run(Lab lab) => lab.With(lab.Targets.Where(Concerns), target => Measure(lab, target));

    // Holding calls is nothing that a baseline does; and one of the service's forms with a database of its own says it for both.
    private bool Concerns(Target target) => target.Name is "sqlite" or "postgres" or "given" || (target.Name == "relay" && !calls);

    private void Measure(Lab lab, Target target)
    {
        using (var warm = lab.Connect(Name, target, Pairs * 2, firstUser: 1_000_000))
        using (Traffic.BackToBack(lab.Loop, warm, CallPlan.Answered))
            lab.Loop.RunFor(TimeSpan.FromSeconds(lab.Options.WarmUp));

        using var crowd = lab.Connect(Name, target, 0);
        var held = 0;
        var sizes = (calls ? lab.Options.ScaleCalls : lab.Options.ScaleUsers).Order()
            .Select(size => calls ? lab.Capped((size + Pairs) * 2) / 2 - Pairs : lab.Capped(size)).Distinct();
        foreach (var size in sizes)
        {
            lab.Say($"{Name}: {size}, {target.Name}");
            if (calls)
                held = Hold(lab, crowd, held, size);
            else
                crowd.Connect(size - (Pairs * 2));
            var cost = Cost(lab, target, out var rest);
            lab.Results.Add(Name, target.Name, CostAt(size), "µs", cost);
            lab.Results.Add(Name, target.Name, string.Create(CultureInfo.InvariantCulture, $"CPU at rest of {size}"), "ms/s", rest * 1e3);
        }
    }

    /// <summary>More calls, between users who have none yet.</summary>
    private static int Hold(Lab lab, Fleet crowd, int held, int wanted)
    {
        crowd.Connect(wanted * 2);
        var fresh = crowd.Clients.Skip(held * 2).ToList();
        var runner = new CallRunner(crowd, CallPlan.Active, fresh.Take(fresh.Count / 2).Zip(fresh.Skip(fresh.Count / 2)), held * 10L);
        Held.Start(lab, runner, wanted - held);
        return wanted;
    }

    /// <summary>Processor time of a call of a few pairs, without what the others cost at rest.</summary>
    private double Cost(Lab lab, Target target, out double rest)
    {
        using var fleet = lab.Connect(Name, target, Pairs * 2, firstUser: 1_000_000);
        lab.AwaitCalm();
        var still = Meter.Start(target, lab.Options);
        lab.Loop.RunFor(TimeSpan.FromSeconds(lab.Options.Short ? 3 : 15));
        var quiet = still.Stop();
        rest = quiet.CpuSeconds / quiet.Seconds;

        using var traffic = Traffic.BackToBack(lab.Loop, fleet, CallPlan.Answered);
        lab.Loop.RunFor(TimeSpan.FromSeconds(1));
        var before = traffic.Runner.Completed;
        var meter = Meter.Start(target, lab.Options);
        lab.Loop.RunFor(TimeSpan.FromSeconds(lab.Options.Seconds));
        var window = meter.Stop();
        lab.Judge(Name, target, window);
        return (window.CpuSeconds - (rest * window.Seconds)) / (traffic.Runner.Completed - before) * 1e6;
    }
}
