namespace OrleansCalls.Load.Scenarios;

/// <summary>
/// (c) users at rest and (d) calls held: what each costs in memory, and in processor time while nothing happens.
/// </summary>
internal sealed class Holding(bool users, bool calls) : IScenario
{
    /// <summary>Metrics that other parts of the program ask for.</summary>
    public const string User = "memory of a user", Rest = "CPU at rest of 1,000 users", Connecting = "CPU of a connect",
        Ringing = "memory of a ringing call", Active = "memory of an active call", Ended = "memory still held of an ended call";

    // Whatever is made once, for the first of its kind, must not be counted as the first user's.
    private const int First = 200;

    /// <summary>Names in results.</summary>
    public const string OfUsers = "idle", OfCalls = "held";

    /// <inheritdoc/>
    public string Name => $"{OfUsers}+{OfCalls}";

    /// <inheritdoc/>
    public void Run(Lab lab) => lab.With(lab.SideTargets.Where(target => target is not GivenTarget), target =>
    {
        WarmUp(lab, target);
        if (users)
            MeasureUsers(lab, target);
        if (calls)
            MeasureCalls(lab, target);
    });

    private static void MeasureUsers(Lab lab, Target target)
    {
        var count = lab.Capped(lab.Options.Users);
        var before = Memory.Of(target);
        lab.Say($"{OfUsers}: {count} users of {target.Name}");
        var connecting = Meter.Start(target, lab.Options);
        using var fleet = lab.Connect(OfUsers, target, count);
        lab.AwaitCalm();
        var connected = connecting.Stop();
        Add(Connecting, "µs", connected.CpuSeconds / count * 1e6);
        AddMemory(lab, OfUsers, target, User, Memory.Of(target).Per(before, count));

        // Long enough for every lease to be renewed and every client to be asked whether it is there.
        lab.Say($"{OfUsers}: at rest, {target.Name}");
        lab.AwaitCalm();
        var resting = Meter.Start(target, lab.Options);
        lab.Loop.RunFor(TimeSpan.FromSeconds(lab.Options.Short ? 3 : 30));
        var rest = resting.Stop();
        Add(Rest, "ms/s", rest.CpuSeconds / rest.Seconds / count * 1e6);

        void Add(string metric, string unit, double value) => lab.Results.Add(OfUsers, target.Name, metric, unit, value);
    }

    private static void MeasureCalls(Lab lab, Target target)
    {
        var count = lab.Capped(lab.Options.Calls * 2) / 2;
        using var fleet = lab.Connect(OfCalls, target, count * 2);
        var runner = Held.Runner(fleet, CallPlan.Ringing);
        lab.AwaitCalm();
        var before = Memory.Of(target);
        lab.Say($"{OfCalls}: {count} calls of {target.Name}");
        Held.Start(lab, runner, count);
        Keep(Ringing);
        Continue(CallPlan.Active, Active);
        Continue(CallPlan.Answered, Ended);
        lab.Results.Add(OfCalls, target.Name, "failed", "calls", runner.Failed);

        void Continue(CallPlan plan, string metric)
        {
            Held.Continue(lab, runner, plan);
            Keep(metric);
        }

        void Keep(string metric)
        {
            lab.AwaitCalm();
            AddMemory(lab, OfCalls, target, metric, Memory.Of(target).Per(before, count));
        }
    }

    /// <summary>Some users and calls that come and go.</summary>
    private static void WarmUp(Lab lab, Target target)
    {
        using (var fleet = lab.Connect(OfUsers, target, First))
        using (Traffic.BackToBack(lab.Loop, fleet, CallPlan.Answered))
            lab.Loop.RunFor(TimeSpan.FromSeconds(2));
        lab.AwaitCalm();
    }

    private static void AddMemory(Lab lab, string scenario, Target target, string what, Memory memory)
    {
        lab.Results.Add(scenario, target.Name, what, "KB", memory.Resident / 1024);
        lab.Results.Add(scenario, target.Name, what + ", live objects", "KB", memory.Managed / 1024);
    }
}
