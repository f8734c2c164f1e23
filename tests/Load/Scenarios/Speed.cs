namespace OrleansCalls.Load.Scenarios;

/// <summary>(a) closed loop: calls back to back. (b) open loop: calls at a rate.</summary>
internal sealed class Speed(bool open) : IPhase
{
    /// <summary>Metrics that other parts of the program ask for.</summary>
    public const string Throughput = "calls/s", Cpu = "CPU per call", GeneratorCpu = "generator CPU per call",
        Allocated = "allocated per call";

    /// <inheritdoc/>
    public string Name => open ? "open" : "closed";

    private CallPlan Plan => open ? CallPlan.Rejected : CallPlan.Answered;

    /// <inheritdoc/>
    public IEnumerable<Target> Concerned(Lab lab) => lab.Targets;

    /// <inheritdoc/>
    public int Rounds(LoadOptions options) => options.Rounds;

    /// <inheritdoc/>
    public void WarmUp(Lab lab, Target target) => lab.WarmUp(Name, target, Plan);

    /// <inheritdoc/>
    public void Measure(Lab lab, Target target)
    {
        // At a rate there are pairs enough for each to rest between two calls.
        using var fleet = lab.Connect(Name, target, open ? Math.Max(lab.Options.Rate, 100) : lab.Options.Pairs * 2);
        lab.AwaitCalm();
        using var traffic = open
            ? Traffic.AtRate(lab.Loop, fleet, Plan, lab.Options.Rate)
            : Traffic.BackToBack(lab.Loop, fleet, Plan);
        Keep(lab, target, Stretch.Measure(lab, target, traffic, lab.Options.Seconds));
    }

    /// <summary>What a step is called in results.</summary>
    public static string StepName(Step step) => step switch
    {
        Step.StartToIncoming => "start -> incoming",
        Step.AckToRinging => "ack -> ringing",
        Step.AcceptToAccepted => "accept -> accepted",
        Step.RejectToRejected => "reject -> rejected",
        Step.EndToEnded => "end -> ended",
        Step.SignalToReceived => "signal -> received",
        Step.IntendedToIncoming => "due -> incoming",
        Step.IntendedToRejected => "due -> rejected",
    };

    private void Keep(Lab lab, Target target, Stretch stretch)
    {
        var (window, calls, steps) = (stretch.Window, stretch.Calls, stretch.Steps);
        lab.Judge(Name, target, window);
        Add(Throughput, "1/s", calls / window.Seconds);
        Add("failed", "calls", stretch.Failed);
        Add(Cpu, "µs", stretch.CpuPerCall * 1e6);
        if (window.Cpu.Count > 1)
        {
            foreach (var (part, cpu) in window.Cpu)
                Add($"{Cpu}, {part}", "µs", cpu / calls * 1e6);
        }

        Add("server cores busy", "%", window.ServerCoresBusy * 100);
        Add("generator cores busy", "%", window.GeneratorCoresBusy * 100);
        Add(GeneratorCpu, "µs", window.Generator / calls * 1e6);
        foreach (var step in Enum.GetValues<Step>().Where(
            step => steps[(int)step].Count > 0 && (open || step < Step.IntendedToIncoming)))
        {
            foreach (var (part, name) in new[] { (0.5, "p50"), (0.99, "p99"), (0.999, "p99.9") })
                Add($"{StepName(step)} {name}", "ms", steps[(int)step].Milliseconds(part));
        }

        Add("generator's own lag p99", "ms", lab.Loop.Lag.Milliseconds(0.99));
        Add(Allocated, "KB", stretch.AllocatedBytes / calls / 1024);
        Add("garbage collection", "%", stretch.PauseMilliseconds / window.Seconds / 10);

        void Add(string metric, string unit, double value) => lab.Results.Add(Name, target.Name, metric, unit, value);
    }
}
