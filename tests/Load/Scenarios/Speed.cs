namespace OrleansCalls.Load.Scenarios;

/// <summary>(a) closed loop: calls back to back. (b) open loop: calls at a rate.</summary>
internal sealed class Speed(bool open) : IPhase
{
    /// <summary>Metrics that other parts of the program ask for.</summary>
    public const string Throughput = "calls/s", Cpu = "CPU per call", GeneratorCpu = "generator CPU per call";

    private const double BaselineWarmUp = 8;

    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public string Name => open ? "open" : "closed";

    private CallPlan Plan => open ? CallPlan.Rejected : CallPlan.Answered;

    /// <inheritdoc/>
    public IEnumerable<Target> Concerned(Lab lab) => lab.Targets;

    /// <inheritdoc/>
    public int Rounds(LoadOptions options) => options.Rounds;

    /// <inheritdoc/>
    public void WarmUp(Lab lab, Target target)
    {
        var seconds = target.IsService ? lab.Options.WarmUp : Math.Min(lab.Options.WarmUp, BaselineWarmUp);
        // What both loops have in common is warm from the first of them.
        seconds *= open ? 0.3 : 1;
        using var fleet = lab.Connect(Name, target, lab.Options.Pairs * 2);
        Traffic.WarmUp(lab.Loop, fleet, Plan, seconds);
    }

    /// <inheritdoc/>
    public void Measure(Lab lab, Target target)
    {
        // At a rate there are pairs enough for each to rest between two calls.
        using var fleet = lab.Connect(Name, target, open ? Math.Max(lab.Options.Rate, 100) : lab.Options.Pairs * 2);
        lab.AwaitCalm();
        using var traffic = open
            ? Traffic.AtRate(lab.Loop, fleet, Plan, lab.Options.Rate)
            : Traffic.BackToBack(lab.Loop, fleet, Plan);
        lab.Loop.RunFor(Settle);
        traffic.Runner.TakeSteps();
        lab.Loop.ForgetLag();
        var (completed, failed) = (traffic.Runner.Completed, traffic.Runner.Failed);
        var before = Garbage(target);
        var meter = Meter.Start(target, lab.Options);
        lab.Loop.RunFor(TimeSpan.FromSeconds(lab.Options.Seconds));
        var window = meter.Stop();
        var after = Garbage(target);
        var steps = traffic.Runner.TakeSteps();
        lab.Judge(Name, target, window);
        var calls = traffic.Runner.Completed - completed;
        Keep(lab, target, window, calls, traffic.Runner.Failed - failed, steps);
        lab.Results.Add(Name, target.Name, "allocated per call", "KB", (after.Allocated - before.Allocated) / calls / 1024);
        lab.Results.Add(Name, target.Name, "garbage collection", "%", (after.PauseMs - before.PauseMs) / window.Seconds / 10);
    }

    /// <summary>What a step is called in results.</summary>
    public static string StepName(Step step) => step switch
    {
        Step.StartToIncoming => "start -> incoming",
        Step.AckToRinging => "ack -> ringing",
        Step.AcceptToAccepted => "accept -> accepted",
        Step.RejectToRejected => "reject -> rejected",
        Step.EndToEnded => "end -> ended",
        Step.IntendedToIncoming => "due -> incoming",
        Step.IntendedToRejected => "due -> rejected",
    };

    /// <summary>What the target's .NET processes have allocated and stood still for; NaN where there is none.</summary>
    private static (double Allocated, double PauseMs) Garbage(Target target)
    {
        var probes = target.Parts.Where(part => part.Probe is not null).Select(part => Probe.Ask(part.Probe, collect: false)).ToList();
        return (Sum("allocated"), Sum("pauseMs"));

        double Sum(string what) =>
            probes.Count == 0 ? double.NaN : probes.Sum(probe => probe?.GetValueOrDefault(what, double.NaN) ?? double.NaN);
    }

    private void Keep(Lab lab, Target target, Window window, long calls, long failed, Histogram[] steps)
    {
        Add(Throughput, "1/s", calls / window.Seconds);
        Add("failed", "calls", failed);
        Add(Cpu, "µs", window.CpuSeconds / calls * 1e6);
        if (window.Cpu.Count > 1)
        {
            foreach (var (part, cpu) in window.Cpu)
                Add($"{Cpu}, {part}", "µs", cpu / calls * 1e6);
        }

        Add("server cores busy", "%", window.ServerCoresBusy * 100);
        Add("generator cores busy", "%", window.GeneratorCoresBusy * 100);
        Add(GeneratorCpu, "µs", window.Generator / calls * 1e6);
        foreach (var step in Enum.GetValues<Step>().Where(step => steps[(int)step].Count > 0 && (open || step < Step.IntendedToIncoming)))
        {
            foreach (var (part, name) in new[] { (0.5, "p50"), (0.99, "p99"), (0.999, "p99.9") })
                Add($"{StepName(step)} {name}", "ms", steps[(int)step].Milliseconds(part));
        }

        Add("generator's own lag p99", "ms", lab.Loop.Lag.Milliseconds(0.99));

        void Add(string metric, string unit, double value) => lab.Results.Add(Name, target.Name, metric, unit, value);
    }
}
