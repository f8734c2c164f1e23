namespace OrleansCalls.Load.Scenarios;

/// <summary>(f) all clients lose their connection at once and come back at once.</summary>
internal sealed class Storm : IPhase
{
    /// <summary>A metric that other parts of the program ask for.</summary>
    public const string Time = "all reachable after";

    /// <inheritdoc/>
    public string Name => "storm";

    /// <inheritdoc/>
    public IEnumerable<Target> Concerned(Lab lab) => lab.Targets;

    /// <inheritdoc/>
    public int Rounds(LoadOptions options) => options.Short ? 1 : Math.Min(options.Rounds, 3);

    /// <inheritdoc/>
    public void WarmUp(Lab lab, Target target) => Run(lab, target, keep: false);

    /// <inheritdoc/>
    public void Measure(Lab lab, Target target) => Run(lab, target, keep: true);

    private void Run(Lab lab, Target target, bool keep)
    {
        var clients = lab.Capped(lab.Options.Storm);
        using var fleet = lab.Connect(Name, target, clients);
        lab.AwaitCalm();
        var meter = Meter.Start(target, lab.Options);
        fleet.DropAll();
        fleet.ReconnectAll();
        var window = meter.Stop();
        fleet.Errors.Count("not back after the storm", clients - fleet.Connected);
        if (!keep)
            return;
        lab.Judge(Name, target, window);
        lab.Results.Add(Name, target.Name, Time, "s", window.Seconds);
        lab.Results.Add(Name, target.Name, "reconnects", "1/s", clients / window.Seconds);
        lab.Results.Add(Name, target.Name, "CPU per reconnect", "µs", window.CpuSeconds / clients * 1e6);
    }
}
