namespace OrleansCalls.Load.Scenarios;

/// <summary>Calls that are started and then left as they are.</summary>
internal static class Held
{
    private const int AtOnce = 64;

    /// <summary>A runner with a slot for each pair: the first half of the clients call the second.</summary>
    public static CallRunner Runner(Fleet fleet, CallPlan plan)
    {
        var half = fleet.Clients.Count / 2;
        return new CallRunner(fleet, plan, fleet.Clients.Take(half).Zip(fleet.Clients.Skip(half)), 0);
    }

    /// <summary>Starts calls, a few at a time, until so many slots have one that is where the plan wants it.</summary>
    public static void Start(Lab lab, CallRunner runner, int calls)
    {
        var next = 0;
        runner.Finished = _ => Next();
        for (var i = 0; i < Math.Min(AtOnce, calls); i++)
            Next();
        lab.Loop.RunUntil(() => next == calls && runner.Open == 0, TimeSpan.FromSeconds(30 + (calls / 100)));
        runner.FailOpen();
        runner.Finished = null;

        void Next()
        {
            if (next < calls)
                runner.Begin(next++, EventLoop.Now, ringSeconds: 180);
        }
    }
}
