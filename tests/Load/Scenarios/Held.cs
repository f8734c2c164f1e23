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
    public static void Start(Lab lab, CallRunner runner, int calls) => FewAtATime(lab, runner, calls, slot =>
    {
        runner.Begin(slot, EventLoop.Now, ringSeconds: 180);
        return true;
    });

    /// <summary>
    /// Takes them on to where a longer plan leaves them, a few at a time: thousands at once would leave the server with the
    /// buffers of a burst, which are nobody's call.
    /// </summary>
    public static void Continue(Lab lab, CallRunner runner, CallPlan plan)
    {
        runner.Follow(plan);
        FewAtATime(lab, runner, runner.Slots, runner.Continue);
    }

    private static void FewAtATime(Lab lab, CallRunner runner, int calls, Func<int, bool> begin)
    {
        var next = 0;
        runner.Finished = _ => Next();
        for (var i = 0; i < AtOnce; i++)
            Next();
        lab.Loop.RunUntil(() => next == calls && runner.Open == 0, TimeSpan.FromSeconds(30 + (calls / 100)));
        runner.Finished = null;
        runner.FailOpen();

        void Next()
        {
            var begun = false;
            while (!begun && next < calls)
                begun = begin(next++);
        }
    }
}
