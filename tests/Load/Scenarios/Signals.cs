namespace OrleansCalls.Load.Scenarios;

/// <summary>(h) an answered call with 20 ICE candidates each way: what a signal costs, and how long it takes.</summary>
internal sealed class Signals : IPhase
{
    /// <summary>Metrics that other parts of the program ask for.</summary>
    public const string Cpu = "CPU per signal", Messages = "grain messages per signal";

    private const int PerCall = 2 * SignalLane.Count;
    private const int MostRounds = 3;
    private const int FewPairs = 4;

    /// <inheritdoc/>
    public string Name => "signals";

    /// <inheritdoc/>
    public IEnumerable<Target> Concerned(Lab lab) => lab.Targets;

    /// <inheritdoc/>
    public int Rounds(LoadOptions options) => Math.Min(options.Rounds, MostRounds);

    /// <inheritdoc/>
    public void WarmUp(Lab lab, Target target)
    {
        lab.WarmUp(Name, target, CallPlan.Signalled);
        // Counted here: in a round the counters would cost time that is measured.
        if (target is not (ServiceTarget or FloorTarget))
            return;
        var atRest = Counts.AtRest(lab, target);
        var without = MessagesPerCall(CallPlan.Answered);
        Add(lab, target, Messages, "messages", (MessagesPerCall(CallPlan.Signalled) - without) / PerCall);

        double MessagesPerCall(CallPlan plan)
        {
            // Each fleet has call ids of its own.
            using var fleet = lab.Connect(Name, target, FewPairs * 2);
            lab.AwaitCalm();
            var (calls, counted) = Counts.OfCalls(lab, target, fleet, plan, 1);
            return counted.MessagesPerCall(atRest, calls);
        }
    }

    /// <inheritdoc/>
    public void Measure(Lab lab, Target target)
    {
        var seconds = lab.Options.Seconds;
        var without = BackToBack(lab, target, CallPlan.Answered, seconds / 2);
        var with = BackToBack(lab, target, CallPlan.Signalled, seconds);
        Add(lab, target, Cpu, "µs", (with.CpuPerCall - without.CpuPerCall) / PerCall * 1e6);
        Add(lab, target, "CPU per call without signals", "µs", without.CpuPerCall * 1e6);
        Add(lab, target, $"CPU per call with {PerCall} signals", "µs", with.CpuPerCall * 1e6);
        Add(lab, target, "signals/s", "1/s", with.Calls * PerCall / with.Window.Seconds);
        Add(lab, target, "allocated per signal", "KB",
            ((with.AllocatedBytes / with.Calls) - (without.AllocatedBytes / without.Calls)) / PerCall / 1024);

        // On a full core a signal's time is that of a queue, so it is taken at a rate.
        using var fleet = lab.Connect(Name, target, Math.Max(lab.Options.SignalRate, 50) * 2);
        lab.AwaitCalm();
        using var traffic = Traffic.AtRate(lab.Loop, fleet, CallPlan.Signalled, lab.Options.SignalRate);
        var paced = Stretch.Measure(lab, target, traffic, seconds);
        var times = paced.Steps[(int)Step.SignalToReceived];
        foreach (var (part, name) in new[] { (0.5, "p50"), (0.99, "p99"), (0.999, "p99.9") })
            Add(lab, target, $"{Speed.StepName(Step.SignalToReceived)} {name}", "ms", times.Milliseconds(part));
        Add(lab, target, "server cores busy at the rate", "%", paced.Window.ServerCoresBusy * 100);
        Add(lab, target, "failed", "calls", with.Failed + without.Failed + paced.Failed);
        lab.Judge(Name, target, with.Window);
    }

    private Stretch BackToBack(Lab lab, Target target, CallPlan plan, double seconds)
    {
        using var fleet = lab.Connect(Name, target, lab.Options.Pairs * 2);
        lab.AwaitCalm();
        using var traffic = Traffic.BackToBack(lab.Loop, fleet, plan);
        return Stretch.Measure(lab, target, traffic, seconds);
    }

    private void Add(Lab lab, Target target, string metric, string unit, double value) =>
        lab.Results.Add(Name, target.Name, metric, unit, value);
}
