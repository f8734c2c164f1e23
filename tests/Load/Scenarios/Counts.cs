namespace OrleansCalls.Load.Scenarios;

/// <summary>Runs calls with the counters of the target's processes on.</summary>
internal static class Counts
{
    // So many that what comes seldom, such as a connection's first statement, does not count.
    private const int FewestCalls = 100;
    private static readonly TimeSpan RestTime = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Counts what the target does by itself, to be subtracted from what it does for calls.</summary>
    public static Counted AtRest(Lab lab, Target target)
    {
        lab.AwaitCalm();
        var counting = Counting.Start(target);
        lab.Loop.RunFor(RestTime);
        return counting.Stop();
    }

    /// <summary>Runs calls back to back, waits until their aftermath is over, and returns their number and the counts.</summary>
    public static (long Calls, Counted Counted) OfCalls(Lab lab, Target target, Fleet fleet, CallPlan plan, double seconds)
    {
        var counting = Counting.Start(target);
        long calls;
        using (var traffic = Traffic.BackToBack(lab.Loop, fleet, plan))
        {
            lab.Loop.RunFor(TimeSpan.FromSeconds(seconds));
            lab.Loop.RunUntil(() => traffic.Runner.Completed >= FewestCalls, Patience);
            traffic.Dispose();
            calls = traffic.Runner.Completed;
        }

        lab.AwaitCalm();
        return (calls, counting.Stop());
    }
}
