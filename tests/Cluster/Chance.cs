using System.Globalization;

namespace OrleansCalls.Tests.Cluster;

/// <summary>
/// What phones leave to chance: the gateway they connect to, and how long they wait before they try again.
/// <c>ORLEANSCALLS_SEED</c> sets it. The processes they talk to keep their own time: a seed repeats
/// the choices, not the whole run.
/// </summary>
internal static class Chance
{
    static Chance()
    {
        var given = Environment.GetEnvironmentVariable("ORLEANSCALLS_SEED");
        Seed = int.TryParse(given, CultureInfo.InvariantCulture, out var seed) ? seed : Environment.TickCount;
        Figures.Add($"cluster: phones choose by ORLEANSCALLS_SEED={Seed}").GetAwaiter().GetResult();
    }

    public static int Seed { get; }

    /// <summary>One phone's own: what the others do does not change its choices.</summary>
    public static Random Of(string userId) => new(userId.Aggregate(Seed, (hash, letter) => unchecked((hash * 31) + letter)));
}
