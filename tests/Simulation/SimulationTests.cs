using System.Globalization;
using Xunit.Abstractions;

namespace OrleansCalls.Tests.Simulation;

/// <summary>Thousands of calls in all kinds of weather. SIMULATION_SEEDS, SIMULATION_FIRST_SEED and SIMULATION_TRACE=1 look closer.</summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int DefaultSeeds = 40;

    [Fact]
    public void Seeds_AllKindsOfWeather_NoRuleIsBroken()
    {
        var first = Setting("SIMULATION_FIRST_SEED", 1);
        var seeds = Setting("SIMULATION_SEEDS", DefaultSeeds);
        var all = new Totals();
        var broken = new List<string>();
        for (var seed = first; seed < first + seeds; seed++)
        {
            var world = new World(seed);
            if (Environment.GetEnvironmentVariable("SIMULATION_TRACE") is { Length: > 0 } file)
            {
                using var trace = new StreamWriter(file);
                world.Trace.Echo = trace.WriteLine;
                world.Run();
            }
            else
            {
                world.Run();
            }

            all.Add(world.Totals);
            if (world.Oracle.Violation is { } violation)
                broken.Add($"seed {seed}: {violation.Rule}: {violation.Detail}\n{string.Join('\n', world.Trace.Last(broken.Count == 0 ? 60 : 0))}");
        }

        output.WriteLine(all.ToString());
        Assert.True(broken.Count == 0, $"{broken.Count} of {seeds} seeds broke a rule\n{string.Join('\n', broken)}\n{all}");
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
