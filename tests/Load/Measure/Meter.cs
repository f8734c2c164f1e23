namespace OrleansCalls.Load.Measure;

/// <summary>What a stretch of time cost.</summary>
/// <param name="Seconds">How long it was.</param>
/// <param name="Cpu">Seconds of processor time of each part of the target.</param>
/// <param name="Generator">Seconds of processor time of the generator.</param>
/// <param name="ServerCoresBusy">Which part of their cores' time anybody used, 0 to 1.</param>
/// <param name="GeneratorCoresBusy">The same of the generator's cores.</param>
internal sealed record Window(
    double Seconds, IReadOnlyDictionary<string, double> Cpu, double Generator, double ServerCoresBusy, double GeneratorCoresBusy)
{
    /// <summary>Seconds of processor time of the whole target; NaN when it cannot be seen.</summary>
    public double CpuSeconds => Cpu.Count == 0 ? double.NaN : Cpu.Values.Sum();

    /// <summary>Whether the generator, and not the server, had no time left.</summary>
    public bool GeneratorIsTheLimit => GeneratorCoresBusy > 0.9 && ServerCoresBusy < 0.9;

    /// <summary>Which part of the server's cores others used, 0 to 1.</summary>
    public double Disturbance(int cores) => Math.Max(0, ServerCoresBusy - (CpuSeconds / Seconds / cores));
}

/// <summary>Measures stretches of time.</summary>
internal sealed class Meter
{
    private readonly IReadOnlyList<Part> _parts;
    private readonly string _serverCores;
    private readonly string _generatorCores;
    private readonly long _since = Stopwatch.GetTimestamp();
    private readonly Reading _start;

    private Meter(IReadOnlyList<Part> parts, LoadOptions options)
    {
        (_parts, _serverCores, _generatorCores) = (parts, options.ServerCores, options.GeneratorCores);
        _start = Read();
    }

    /// <summary>Starts to measure.</summary>
    public static Meter Start(Target target, LoadOptions options) => new(target.Parts, options);

    /// <summary>What it was since the start.</summary>
    public Window Stop()
    {
        var seconds = Stopwatch.GetElapsedTime(_since).TotalSeconds;
        var end = Read();
        return new Window(
            seconds,
            end.Cpu.ToDictionary(part => part.Key, part => part.Value - _start.Cpu[part.Key]),
            end.Own - _start.Own,
            (end.ServerCores - _start.ServerCores) / seconds / Processes.Cores(_serverCores).Count(),
            (end.GeneratorCores - _start.GeneratorCores) / seconds / Processes.Cores(_generatorCores).Count());
    }

    private Reading Read() => new(
        _parts.ToDictionary(part => part.Name, part => Processes.CpuSeconds(part.Pid, part.Family)),
        Environment.CpuUsage.TotalTime.TotalSeconds,
        Processes.BusySeconds(_serverCores),
        Processes.BusySeconds(_generatorCores));

    private sealed record Reading(Dictionary<string, double> Cpu, double Own, double ServerCores, double GeneratorCores);
}
