namespace OrleansCalls.Load.Scenarios;

/// <summary>One measurement on servers that run already.</summary>
internal interface IPhase
{
    /// <summary>Its name on the command line and in results.</summary>
    string Name { get; }

    /// <summary>Those of which there is something to measure.</summary>
    IEnumerable<Target> Concerned(Lab lab);

    /// <summary>How often it is measured.</summary>
    int Rounds(LoadOptions options);

    /// <summary>Loads the server until it is as fast as it gets.</summary>
    void WarmUp(Lab lab, Target target);

    /// <summary>Measures one round.</summary>
    void Measure(Lab lab, Target target);
}

/// <summary>
/// Starts and warms all servers once, and measures them in turn: what changes on the machine meets all of them.
/// </summary>
internal sealed class Session(IReadOnlyList<IPhase> phases) : IScenario
{
    /// <inheritdoc/>
    public string Name => string.Join('+', phases.Select(phase => phase.Name));

    /// <inheritdoc/>
    public void Run(Lab lab)
    {
        try
        {
            foreach (var target in lab.Targets.Where(target => phases.Any(phase => phase.Concerned(lab).Contains(target))))
                lab.Start(target);
            foreach (var phase in phases)
            {
                var concerned = phase.Concerned(lab).ToList();
                foreach (var target in concerned)
                {
                    lab.Say($"{phase.Name}, warm-up: {target.Name}");
                    phase.WarmUp(lab, target);
                }

                lab.Alternate(concerned, phase.Name, phase.Rounds(lab.Options), target => phase.Measure(lab, target));
            }
        }
        finally
        {
            foreach (var target in lab.Targets)
                target.Dispose();
        }
    }
}
