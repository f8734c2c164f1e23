namespace OrleansCalls.Load.Scenarios;

/// <summary>Keeps calls going between pairs of clients: back to back, or at a rate.</summary>
internal sealed class Traffic : IDisposable
{
    private const double GentlePart = 0.7;
    private const int GentleRate = 100, AfterGentle = 1_000_000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(20);

    private readonly EventLoop _loop;
    private readonly Fleet _fleet;
    private readonly Queue<int> _free = new();
    private readonly Queue<long> _late = new();
    private readonly long _period;
    private long _failed;
    private bool _running = true;

    private Traffic(EventLoop loop, Fleet fleet, CallPlan plan, int ratePerSecond, long firstNumber)
    {
        (_loop, _fleet) = (loop, fleet);
        var half = fleet.Clients.Count / 2;
        Runner = new CallRunner(fleet, plan, fleet.Clients.Take(half).Zip(fleet.Clients.Skip(half)), firstNumber);
        _period = ratePerSecond == 0 ? 0 : Stopwatch.Frequency / ratePerSecond;
        loop.Every(TimeSpan.FromSeconds(1), Sweep);
    }

    public CallRunner Runner { get; }

    /// <summary>Each pair starts its next call as soon as the last one is over.</summary>
    public static Traffic BackToBack(EventLoop loop, Fleet fleet, CallPlan plan, long firstNumber = 0)
    {
        var traffic = new Traffic(loop, fleet, plan, 0, firstNumber);
        traffic.Runner.Finished = traffic.Again;
        for (var slot = 0; slot < traffic.Runner.Slots; slot++)
            traffic.Runner.Begin(slot, EventLoop.Now);
        return traffic;
    }

    /// <summary>
    /// A call starts every so often, whether those before are over or not: what waits for a free pair, or for the generator, is
    /// timed from the moment at which it was meant to start.
    /// </summary>
    public static Traffic AtRate(EventLoop loop, Fleet fleet, CallPlan plan, int perSecond)
    {
        var traffic = new Traffic(loop, fleet, plan, perSecond, 0);
        for (var slot = 0; slot < traffic.Runner.Slots; slot++)
            traffic._free.Enqueue(slot);
        traffic.Runner.Finished = traffic.Freed;
        var next = EventLoop.Now + traffic._period;
        loop.At(next, Turn);
        return traffic;

        void Turn()
        {
            if (!traffic._running)
                return;
            traffic.Begin(next);
            next += traffic._period;
            loop.At(next, Turn);
        }
    }

    /// <summary>
    /// Calls until the server is as fast as it gets. Gently at first: with its core full from the start, .NET would take minutes
    /// to find the time to compile what it runs most.
    /// </summary>
    public static void WarmUp(EventLoop loop, Fleet fleet, CallPlan plan, double seconds)
    {
        using (AtRate(loop, fleet, plan, GentleRate))
            loop.RunFor(TimeSpan.FromSeconds(seconds * GentlePart));
        using (BackToBack(loop, fleet, plan, firstNumber: AfterGentle))
            loop.RunFor(TimeSpan.FromSeconds(seconds * (1 - GentlePart)));
    }

    /// <summary>Starts no more, and lets those under way come to their end.</summary>
    public void Dispose()
    {
        _running = false;
        _loop.RunUntil(() => Runner.Open == 0, Rest);
        if (Runner.Open > 0)
            _fleet.Errors.Count("call not over when the measurement was", Runner.Open);
    }

    private void Again(int slot)
    {
        // A server that refuses everything at once would be asked as fast as it can refuse.
        if (Runner.Failed > _failed)
            _loop.At(EventLoop.Now + (long)(Pause.TotalSeconds * Stopwatch.Frequency), () => Begin(slot, EventLoop.Now));
        else
            Begin(slot, EventLoop.Now);
        _failed = Runner.Failed;
    }

    private void Begin(int slot, long intended)
    {
        if (_running)
            Runner.Begin(slot, intended);
    }

    private void Begin(long intended)
    {
        if (_free.TryDequeue(out var slot))
            Runner.Begin(slot, intended);
        else
            _late.Enqueue(intended);
    }

    private void Freed(int slot)
    {
        if (_running && _late.TryDequeue(out var intended))
            Runner.Begin(slot, intended);
        else
            _free.Enqueue(slot);
    }

    private bool Sweep()
    {
        Runner.Sweep();
        return _running || Runner.Open > 0;
    }
}
