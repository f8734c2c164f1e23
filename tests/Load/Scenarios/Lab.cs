namespace OrleansCalls.Load.Scenarios;

/// <summary>One thing to measure.</summary>
internal interface IScenario
{
    /// <summary>Its name on the command line and in results.</summary>
    string Name { get; }

    /// <summary>Measures it.</summary>
    void Run(Lab lab);
}

/// <summary>What scenarios work with.</summary>
internal sealed class Lab(LoadOptions options, Results results, EventLoop loop, IReadOnlyList<Target> targets, string folder)
{
    // What a process needs besides one file for each user: its own files, listeners and connections to a database.
    private const int OwnFiles = 400;

    /// <summary>A metric of every window.</summary>
    public const string Disturbed = "server cores used by others";

    // Most of the code of one plan is that of the others.
    private const double WarmAgain = 0.3;

    private const int CalmTries = 16;
    private static readonly TimeSpan CalmSlice = TimeSpan.FromMilliseconds(500);

    private readonly HashSet<Target> _warm = [];
    private readonly long _end = EventLoop.Now + (long)(options.Minutes * 60 * Stopwatch.Frequency);

    public LoadOptions Options { get; } = options;

    public Results Results { get; } = results;

    public EventLoop Loop { get; } = loop;

    public IReadOnlyList<Target> Targets { get; } = targets;

    /// <summary>Those of which memory, deadlines and the like are measured.</summary>
    public IReadOnlyList<Target> SideTargets { get; } =
        [.. targets.Where(target => target is GivenTarget || options.SideTargets.Any(name => target.Is(name)))];

    public int ServerCores { get; } = Processes.Cores(options.ServerCores).Count();

    /// <summary>How many users can be connected at once: each is an open file here and one at the server.</summary>
    public int MostUsers { get; } = Processes.OpenFiles() - OwnFiles;

    /// <summary>As many users as wanted, or as can be; says so.</summary>
    public int Capped(int users)
    {
        if (users <= MostUsers)
            return users;
        Results.Note(
            $"This machine lets a process open {Processes.OpenFiles()} files: {MostUsers} users connected instead of {users}.");
        return MostUsers;
    }

    /// <summary>Starts a target anew.</summary>
    public void Start(Target target, params IEnumerable<string> settings)
    {
        Say($"starting {target.Name}");
        _warm.Remove(target);
        target.Start(folder, Options.ServerCores, settings);
    }

    /// <summary>Loads a target until it gets no faster: baselines as long as the service, a warm target for less.</summary>
    public void WarmUp(string scenario, Target target, CallPlan plan)
    {
        using var fleet = Connect(scenario, target, Options.Pairs * 2);
        Traffic.WarmUp(Loop, fleet, plan, Options.WarmUp * (_warm.Add(target) ? 1 : WarmAgain));
    }

    /// <summary>Starts targets, does something, stops them.</summary>
    public void With(IEnumerable<Target> these, Action<Target> action, params IReadOnlyList<string> settings)
    {
        foreach (var target in these)
        {
            using (target)
            {
                Start(target, settings);
                action(target);
            }
        }
    }

    /// <summary>Measures round after round, each target once in each, in an order that turns.</summary>
    public void Alternate(IReadOnlyList<Target> these, string scenario, int rounds, Action<Target> action)
    {
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < these.Count; i++)
            {
                var target = these[(i + round) % these.Count];
                Say($"{scenario}, round {round + 1} of {rounds}: {target.Name}");
                action(target);
            }
        }
    }

    /// <summary>Clients of a target; what goes wrong with them is the scenario's errors.</summary>
    public Fleet Connect(string scenario, Target target, int users, int firstUser = 0)
    {
        CheckTime();
        var fleet = new Fleet(Loop, target.Address, target.NewDialect(), new Errors(), firstUser);
        fleet.Ended = () => Results.AddErrors(scenario, target.Name, fleet.Errors);
        fleet.Connect(users);
        if (users == 0 || fleet.Connected > 0)
            return fleet;
        fleet.Dispose();
        throw new InvalidOperationException($"none of {users} users could connect to {target.Name}.");
    }

    /// <summary>
    /// Waits until no target has anything left to do, such as seeing off the clients that have just gone. Gives up after a while:
    /// a server that never rests is measured as it is.
    /// </summary>
    public void AwaitCalm()
    {
        var parts = Targets.SelectMany(target => target.Parts).ToList();
        var used = Used();
        for (var i = 0; i < CalmTries; i++)
        {
            Loop.RunFor(CalmSlice);
            var now = Used();
            if (now - used < CalmSlice.TotalSeconds * 0.06)
                return;
            used = now;
        }

        double Used() => parts.Sum(part => Processes.CpuSeconds(part.Pid, part.Family));
    }

    /// <summary>Tells of a window what makes its figures doubtful.</summary>
    public void Judge(string scenario, Target target, Window window)
    {
        if (window.GeneratorIsTheLimit)
        {
            Results.Note(string.Create(
                CultureInfo.InvariantCulture,
                $"{scenario}, {target.Name}: the generator was the limit (its cores {window.GeneratorCoresBusy:P0} busy, the server's "
                + $"{window.ServerCoresBusy:P0}); the server can do more than this says."));
        }

        Results.Add(scenario, target.Name, Disturbed, "%", window.Disturbance(ServerCores) * 100);
    }

    /// <summary>Keeps whoever waits informed.</summary>
    public void Say(string words)
    {
        CheckTime();
        Console.Error.WriteLine($"{TimeProvider.System.GetLocalNow():HH:mm:ss} {words}");
    }

    private void CheckTime()
    {
        if (EventLoop.Now > _end)
            throw new TimeoutException($"The run has taken its {Options.Minutes} minutes (--minutes).");
    }
}
