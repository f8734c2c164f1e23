namespace OrleansCalls.Load.Scenarios;

/// <summary>(c) users at rest and (d) calls held: what each costs in memory, and in processor time while nothing happens.</summary>
internal sealed class Holding(bool withCalls) : IScenario
{
    /// <summary>Metrics that other parts of the program ask for.</summary>
    public const string User = "memory of a user", Rest = "CPU at rest of 1,000 users", Connecting = "CPU of a connect",
        Ringing = "memory of a ringing call", Active = "memory of an active call", Ended = "memory still held of an ended call";

    // Whatever is made once, for the first of its kind, must not be counted as the first user's.
    private const int First = 200;

    /// <inheritdoc/>
    public string Name => withCalls ? "held" : "idle";

    /// <inheritdoc/>
    public void Run(Lab lab) => lab.With(lab.Targets.Where(target => target.Name != "given"), target =>
    {
        if (withCalls)
            MeasureCalls(lab, target);
        else
            MeasureUsers(lab, target);
    });

    private void MeasureUsers(Lab lab, Target target)
    {
        var users = lab.Capped(lab.Options.Users);
        WarmUp(lab, target);
        var before = Memory.Of(target);
        lab.Say($"{Name}: {users} users of {target.Name}");
        var connecting = Meter.Start(target, lab.Options);
        using var fleet = lab.Connect(Name, target, users);
        lab.AwaitCalm();
        var connected = connecting.Stop();
        Add(lab, target, Connecting, "µs", connected.CpuSeconds / users * 1e6);
        AddMemory(lab, target, User, Memory.Of(target).Per(before, users));

        // Long enough for every lease to be renewed and every client to be asked whether it is there.
        lab.Say($"{Name}: at rest, {target.Name}");
        var resting = Meter.Start(target, lab.Options);
        lab.Loop.RunFor(TimeSpan.FromSeconds(lab.Options.Short ? 5 : 30));
        var rest = resting.Stop();
        Add(lab, target, Rest, "ms/s", rest.CpuSeconds / rest.Seconds / users * 1e6);
    }

    private void MeasureCalls(Lab lab, Target target)
    {
        var calls = lab.Capped(lab.Options.Calls * 2) / 2;
        WarmUp(lab, target);
        using var fleet = lab.Connect(Name, target, calls * 2);
        var runner = Held.Runner(fleet, CallPlan.Ringing);
        lab.AwaitCalm();
        var before = Memory.Of(target);

        lab.Say($"{Name}: {calls} ringing calls of {target.Name}");
        Held.Start(lab, runner, calls);
        lab.AwaitCalm();
        AddMemory(lab, target, Ringing, Memory.Of(target).Per(before, runner.Slots));

        lab.Say($"{Name}: {calls} active calls of {target.Name}");
        runner.Continue(CallPlan.Active);
        lab.Loop.RunUntil(() => runner.Open == 0, TimeSpan.FromMinutes(1));
        runner.FailOpen();
        lab.AwaitCalm();
        AddMemory(lab, target, Active, Memory.Of(target).Per(before, runner.Slots));

        lab.Say($"{Name}: {calls} ended calls of {target.Name}");
        runner.Continue(CallPlan.Answered);
        lab.Loop.RunUntil(() => runner.Open == 0, TimeSpan.FromMinutes(1));
        runner.FailOpen();
        lab.AwaitCalm();
        AddMemory(lab, target, Ended, Memory.Of(target).Per(before, runner.Slots));
        Add(lab, target, "failed", "calls", runner.Failed);
    }

    /// <summary>Some users and calls that come and go.</summary>
    private void WarmUp(Lab lab, Target target)
    {
        using (var fleet = lab.Connect(Name, target, First))
        using (Traffic.BackToBack(lab.Loop, fleet, CallPlan.Answered))
            lab.Loop.RunFor(TimeSpan.FromSeconds(2));
        lab.AwaitCalm();
    }

    private void AddMemory(Lab lab, Target target, string what, Memory memory)
    {
        Add(lab, target, what, "KB", memory.Resident / 1024);
        Add(lab, target, what + ", live objects", "KB", memory.Managed / 1024);
    }

    private void Add(Lab lab, Target target, string metric, string unit, double value) =>
        lab.Results.Add(Name, target.Name, metric, unit, value);
}
