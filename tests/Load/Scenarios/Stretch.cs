namespace OrleansCalls.Load.Scenarios;

/// <summary>What calls did in a stretch of time, and cost.</summary>
/// <param name="Window">The time, and the processor time in it.</param>
/// <param name="Calls">Calls that went through their plan.</param>
/// <param name="Failed">Calls that did not.</param>
/// <param name="Steps">Times by <see cref="Step"/>.</param>
/// <param name="AllocatedBytes">Bytes allocated by the target's .NET processes; NaN where there is none.</param>
/// <param name="PauseMilliseconds">Time for which garbage collection stopped them.</param>
internal sealed record Stretch(
    Window Window, long Calls, long Failed, Histogram[] Steps, double AllocatedBytes, double PauseMilliseconds)
{
    // What the first calls of a crowd that has just connected cost is not measured.
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(1);

    /// <summary>Seconds of processor time of a call.</summary>
    public double CpuPerCall => Window.CpuSeconds / Calls;

    /// <summary>Measures calls that are under way.</summary>
    public static Stretch Measure(Lab lab, Target target, Traffic traffic, double seconds)
    {
        lab.Loop.RunFor(Settle);
        traffic.Runner.TakeSteps();
        lab.Loop.ForgetLag();
        var (completed, failed) = (traffic.Runner.Completed, traffic.Runner.Failed);
        var before = Garbage(target);
        var meter = Meter.Start(target, lab.Options);
        lab.Loop.RunFor(TimeSpan.FromSeconds(seconds));
        var window = meter.Stop();
        var after = Garbage(target);
        return new Stretch(
            window, traffic.Runner.Completed - completed, traffic.Runner.Failed - failed, traffic.Runner.TakeSteps(),
            after.Allocated - before.Allocated, after.PauseMs - before.PauseMs);
    }

    private static (double Allocated, double PauseMs) Garbage(Target target)
    {
        var probes = target.Parts.Where(part => part.Probe is not null)
            .Select(part => Probe.Ask(part.Probe, Probe.Memory)).ToList();
        return (Sum("allocated"), Sum("pauseMs"));

        double Sum(string what) =>
            probes.Count == 0 ? double.NaN : probes.Sum(probe => probe?.GetValueOrDefault(what, double.NaN) ?? double.NaN);
    }
}
