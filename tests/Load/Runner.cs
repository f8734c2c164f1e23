using System.Runtime.InteropServices;

namespace OrleansCalls.Load;

/// <summary>A run of the tool, from its options to its report.</summary>
internal static class Runner
{
    private const int MostFiles = 120_000;

    private static readonly string[] Baselines = ["relay", "node", "durable", "orleans-floor"];

    /// <summary>Measures what was asked for; 0, or 1 when anything went wrong.</summary>
    public static int Run(LoadOptions options, string[] words)
    {
        Native.RaiseOpenFiles(MostFiles);
        Native.Pin(Processes.Cores(options.GeneratorCores));
        var folder = Directory.CreateTempSubdirectory("orleanscalls-load-").FullName;
        // PostgreSQL's user must be able to reach its own folder in it.
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        var results = new Results();
        using var loop = new EventLoop();
        var targets = Targets(options, results);
        if (options.WarmUp < LoadOptions.WarmEnough)
            results.Note("The warm-up was short: .NET had not compiled all hot code; the service gets up to twice as fast.");
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            var lab = new Lab(options, results, loop, targets, folder);
            foreach (var scenario in Scenarios(options))
                Run(scenario, lab);
        }
        finally
        {
            targets.ForEach(target => target.Dispose());
            Clean(folder, results);
        }

        var report = new Summary(options, words, targets, results);
        report.Print(Console.Out);
        if (options.Json is not null)
            report.WriteJson(options.Json);
        return results.Errors.Count == 0 ? 0 : 1;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            loop.Stop();
        }
    }

    /// <summary>Leaves nothing behind but, when something went wrong, what the servers said.</summary>
    private static void Clean(string folder, Results results)
    {
        if (results.Errors.Count == 0 || !Directory.EnumerateFiles(folder, "*.log", SearchOption.AllDirectories).Any())
        {
            Directory.Delete(folder, recursive: true);
            return;
        }

        foreach (var data in Directory.EnumerateDirectories(folder).SelectMany(target => Directory.EnumerateDirectories(target)))
            Directory.Delete(data, recursive: true);
        results.Note($"What the servers said is in {folder}.");
    }

    // A scenario that cannot go on is an error of the run; what was measured before it is still worth telling.
    private static void Run(IScenario scenario, Lab lab)
    {
        try
        {
            scenario.Run(lab);
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException or TimeoutException
            or Npgsql.NpgsqlException or OperationCanceledException)
        {
            lab.Results.Errors[$"{scenario.Name}: {exception.Message}"] = 1;
        }
    }

    private static List<Target> Targets(LoadOptions options, Results results)
    {
        List<Target> all = options.At is { } at
            ? [new GivenTarget(at, options.SigningKey!)]
            : [.. options.Targets.SelectMany(name => Create(name, options))];
        foreach (var target in all.ToList())
        {
            if (target.Missing() is not { } why)
                continue;
            results.Note($"{target.Name} was left out: {why}.");
            all.Remove(target);
        }

        return all;
    }

    private static IEnumerable<Target> Create(string name, LoadOptions options)
    {
        yield return Create(name, options, Variant.Own);
        if (options.Beside is { } beside && !Baselines.Contains(name))
            yield return Create(name, options, beside);
    }

    private static Target Create(string name, LoadOptions options, Variant variant) => name switch
    {
        "relay" => new RelayTarget(),
        "node" => new NodeTarget(),
        "durable" => new DurableTarget(),
        "orleans-floor" => new FloorTarget(),
        "sqlite" => new SqliteTarget(options, variant),
        "postgres" => new PostgresTarget(options, variant),
        "apart" => new ApartTarget(options, variant),
        _ => throw new UsageException($"There is no target {name}."),
    };

    private static List<IScenario> Scenarios(LoadOptions options)
    {
        IPhase[] phases =
        [
            new Speed(open: false), new Speed(open: true), new Signals(), new Writes(), new Storm(), new Scale(users: true),
            new Scale(users: false),
        ];
        List<IScenario> wanted = [];
        if (Wants(Holding.OfUsers) || Wants(Holding.OfCalls))
            wanted.Add(new Holding(Wants(Holding.OfUsers), Wants(Holding.OfCalls)));
        if (Wants("deadlines"))
            wanted.Add(new Deadlines());
        if (phases.Where(phase => Wants(phase.Name)).ToList() is { Count: > 0 } inOneSession)
            wanted.Insert(0, new Session(inOneSession));
        return wanted;

        bool Wants(string scenario) => options.Scenarios.Contains(scenario);
    }
}
