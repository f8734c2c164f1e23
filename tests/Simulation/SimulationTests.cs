using System.Globalization;
using Xunit.Abstractions;

namespace OrleansCalls.Tests.Simulation;

/// <summary>
/// Thousands of calls in all kinds of weather. SIMULATION_SEEDS and SIMULATION_FIRST_SEED choose other runs than the usual ones,
/// SIMULATION_TRACE names a file for all that happens in them.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int DefaultSeeds = 60;
    private const int ClockSeeds = 20;
    private const int Shown = 60;

    // What goes wrong in the world, each of which the usual runs must have seen.
    private static readonly string[] Faults =
    [
        "activation_crashed", "answer_lost", "authorize_refused", "authorize_slow", "delivery_lost", "gateway_crashed",
        "push_fails", "push_slow", "read_fails", "index_read_fails",
        "request_lost", "silo_crashed", "silo_cut_off", "socket_dropped",
        "webhook_fails", "webhook_refused", "webhook_slow", "webhook_taken_but_failed", "write_conflict",
        "write_landed_but_failed", "write_lost", "write_slow",
    ];

    [Fact]
    public void Seeds_AllKindsOfWeather_NoRuleIsBroken()
    {
        var first = Setting("SIMULATION_FIRST_SEED", 1);
        var seeds = Setting("SIMULATION_SEEDS", DefaultSeeds);
        var all = new Totals();
        var broken = new List<string>();
        using var trace = Environment.GetEnvironmentVariable("SIMULATION_TRACE") is { Length: > 0 } file
            ? new StreamWriter(file)
            : null;
        for (var seed = first; seed < first + seeds; seed++)
        {
            var world = new World(seed);
            if (trace is not null)
                world.Trace.Echo = trace.WriteLine;
            world.Run();
            all.Add(world.Totals);
            if (world.Oracle.Violation is { } violation)
            {
                broken.Add($"seed {seed}: {violation.Rule}: {violation.Detail}\n"
                    + $"  SIMULATION_FIRST_SEED={seed} SIMULATION_SEEDS=1 SIMULATION_TRACE=/tmp/trace.txt ./test.sh Simulation\n"
                    + string.Join('\n', world.Trace.Last(broken.Count == 0 ? Shown : 0)));
            }
        }

        output.WriteLine(all.ToString());
        Assert.True(broken.Count == 0, $"{broken.Count} of {seeds} seeds broke a rule\n{string.Join('\n', broken)}\n{all}");
        if (first == 1 && seeds >= DefaultSeeds)
            SawEverything(all);
    }

    /// <summary>
    /// The clock's steps are no excuse for anything: a ring may end early when it steps ahead, and
    /// lasts no longer when it steps back.
    /// </summary>
    [Fact]
    public void Seeds_WallClockSteps_NoRuleIsBroken()
    {
        var broken = new List<string>();
        var steps = 0;
        var first = Setting("SIMULATION_FIRST_SEED", 1);
        var seeds = Setting("SIMULATION_SEEDS", ClockSeeds);
        for (var seed = first; seed < first + seeds; seed++)
        {
            var world = new World(seed, mutant: null, Weather.BadClock);
            world.Run();
            steps += world.Totals.Faults.GetValueOrDefault("clock_stepped");
            if (world.Oracle.Violation is { } violation)
                broken.Add(
                    $"seed {seed}: {violation.Rule}: {violation.Detail}\n{string.Join('\n', world.Trace.Last(broken.Count == 0 ? Shown : 0))}");
        }

        output.WriteLine($"{steps} steps of the clock");
        Assert.True(broken.Count == 0, string.Join('\n', broken));
        Assert.True(steps >= seeds, $"only {steps} steps");
    }

    [Fact]
    public void SameSeed_PlaysTheSameRun_AndAnotherSeedAnother()
    {
        var (once, again, other) = (new World(7), new World(7), new World(8));
        foreach (var world in new[] { once, again, other })
            world.Run();
        Assert.Equal((once.Trace.Hash, once.Trace.Lines), (again.Trace.Hash, again.Trace.Lines));
        Assert.NotEqual(once.Trace.Hash, other.Trace.Hash);
        Assert.True(once.Trace.Lines > 1000, $"only {once.Trace.Lines} lines of trace");
    }

    /// <summary>A simulation that never comes to something proves nothing of it.</summary>
    private static void SawEverything(Totals all)
    {
        Assert.Empty(Enum.GetValues<CallPhase>().Except(all.Phases.Keys));
        LegPhase[] final = [LegPhase.Declined, LegPhase.Busy, LegPhase.Missed, LegPhase.Left, LegPhase.Blocked];
        Assert.Empty(final.Except(all.LegPhases.Keys));
        // Nothing in the machine ends a call as failed yet, and two reasons are told to single devices, never stored.
        EndReason[] never = [EndReason.Failed, EndReason.AnsweredElsewhere, EndReason.RejectedElsewhere];
        Assert.Empty(Enum.GetValues<EndReason>().Except(never).Except(all.EndReasons.Keys));
        Assert.Empty(Faults.Except(all.Faults.Keys));
        Assert.Empty(all.Faults.Keys.Except(Faults));
        Assert.True(all.Calls >= 5000, $"only {all.Calls} calls");
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
