namespace OrleansCalls.Tests.Simulation.Runtime;

/// <summary>
/// The only place where code of the simulation runs: of everything that is ready, the seed picks what goes next.
/// </summary>
internal sealed class SeededExecutor(Random random)
{
    private readonly List<TurnScheduler> _ready = [];
    private readonly int _thread = Environment.CurrentManagedThreadId;

    /// <summary>
    /// What must never happen in a simulation, such as work from another thread; ends the run at its next step.
    /// </summary>
    public Exception? Defect { get; set; }

    /// <summary>Adds a scheduler that has a task ready.</summary>
    public void Post(TurnScheduler scheduler)
    {
        if (Environment.CurrentManagedThreadId == _thread)
            _ready.Add(scheduler);
        else
            Defect ??= new InvalidOperationException(
                $"Work came from a thread outside the simulation:\n{Environment.StackTrace}");
    }

    /// <summary>Runs one task of one scheduler.</summary>
    /// <returns>False when nothing is ready.</returns>
    public bool RunOne()
    {
        if (Defect is { } defect)
            throw new InvalidOperationException("The simulation is broken.", defect);
        if (_ready.Count == 0)
            return false;
        var pick = random.Next(_ready.Count);
        var scheduler = _ready[pick];
        _ready[pick] = _ready[^1];
        _ready.RemoveAt(_ready.Count - 1);
        scheduler.RunOne();
        return true;
    }
}
