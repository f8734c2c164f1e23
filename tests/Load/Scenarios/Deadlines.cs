using System.Text.Json;

namespace OrleansCalls.Load.Scenarios;

/// <summary>(e) how late rings end that nobody answers, when very many are due within one second.</summary>
internal sealed class Deadlines : IScenario
{
    /// <summary>Metrics that other parts of the program ask for.</summary>
    public const string Late = "late p99", Lost = "lost";

    // Slow enough for a server that does not go to its limits; a ring cannot be shorter than 10 s.
    private const int StartsPerSecond = 250;
    private const int ShortestRing = 10;
    private const int WarmWaves = 3;
    private const int WarmCalls = 1_500;
    private const int WaveNumbers = 1_000_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    public string Name => "deadlines";

    /// <inheritdoc/>
    public void Run(Lab lab) =>
        lab.With(
            lab.SideTargets.Where(target => target.IsService), target => Measure(lab, target), "Calls__RingAfterAlert=00:00:00");

    private static string ResultText(string raw, string name)
    {
        using var record = JsonDocument.Parse(raw);
        return record.RootElement.GetProperty("result").GetProperty(name).GetString()!;
    }

    private void Measure(Lab lab, Target target)
    {
        var calls = lab.Options.Deadlines;
        // Each user is in two calls, so that half as many sockets do.
        using var fleet = lab.Connect(Name, target, lab.Capped(calls));
        // Cold code would be the latest of all, and a service that has run for a day has none.
        for (var wave = 1; wave <= (lab.Options.Short ? 1 : WarmWaves); wave++)
            Play(lab, target, fleet, Math.Min(calls, WarmCalls), wave);

        var (runner, due, window) = Play(lab, target, fleet, calls, 0);
        Keep(lab, target, runner, due, window);
        fleet.Errors.Count("deadline without an end of the call", runner.Open);
    }

    /// <summary>Starts calls that are all due within one second, and waits for their ends.</summary>
    private (CallRunner Runner, DateTimeOffset[] Due, Window Window) Play(
        Lab lab, Target target, Fleet fleet, int calls, int wave)
    {
        var half = fleet.Clients.Count / 2;
        var pairs = Enumerable.Range(0, calls).Select(
            i => (fleet.Clients[i % half], fleet.Clients[half + ((i + (i / half)) % half)]));
        var runner = new CallRunner(fleet, CallPlan.TimedOut, pairs, (long)wave * WaveNumbers);
        lab.AwaitCalm();

        lab.Say($"{Name}: {calls} calls of {target.Name}{(wave > 0 ? ", to warm up" : "")}");
        var due = new DateTimeOffset[calls];
        runner.Overheard = (slot, heard, raw) =>
        {
            if (raw.Length > 0)
                due[slot.Index] = DateTimeOffset.Parse(ResultText(raw, "ringUntil"), CultureInfo.InvariantCulture);
        };
        var starting = TimeSpan.FromSeconds((double)calls / StartsPerSecond);
        var end = TimeProvider.System.GetUtcNow() + starting + TimeSpan.FromSeconds(ShortestRing + 2);
        StartAll(lab, runner, calls, end);
        lab.Loop.RunUntil(() => TimeProvider.System.GetUtcNow() > end, starting + TimeSpan.FromMinutes(1));

        var meter = Meter.Start(target, lab.Options);
        lab.Loop.RunUntil(() => runner.Open == 0, Patience);
        return (runner, due, meter.Stop());
    }

    private static void StartAll(Lab lab, CallRunner runner, int calls, DateTimeOffset end)
    {
        var started = 0;
        lab.Loop.Every(TimeSpan.FromSeconds(1.0 / StartsPerSecond), () =>
        {
            // Whole seconds is what a ring is counted in, so each call is due up to a second after the end.
            var ring = Math.Ceiling((end - TimeProvider.System.GetUtcNow()).TotalSeconds);
            runner.Begin(started++, EventLoop.Now, (int)Math.Max(ring, ShortestRing));
            return started < calls;
        });
    }

    private void Keep(Lab lab, Target target, CallRunner runner, DateTimeOffset[] due, Window window)
    {
        var late = new Histogram();
        foreach (var slot in runner.AllSlots.Where(slot => !slot.IsOpen && due[slot.Index] != default))
            late.Record((slot.EndedAt - due[slot.Index]).Ticks * 100);
        var known = due.Where(moment => moment != default).Order().ToList();
        Add("due within", "s", known.Count == 0 ? double.NaN : (known[^1] - known[0]).TotalSeconds);
        foreach (var (part, name) in new[] { (0.5, "late p50"), (0.99, Late), (0.999, "late p99.9"), (1, "late at most") })
            Add(name, "ms", late.Milliseconds(part));
        Add(Lost, "calls", runner.Open + runner.Failed);
        Add("CPU per deadline", "µs", window.CpuSeconds / Math.Max(1, late.Count) * 1e6);

        void Add(string metric, string unit, double value) => lab.Results.Add(Name, target.Name, metric, unit, value);
    }
}
