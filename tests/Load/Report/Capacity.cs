namespace OrleansCalls.Load.Report;

/// <summary>A line of the capacity model.</summary>
internal sealed record Need(string What, double Amount, string Unit, string Because);

/// <summary>
/// What very many users and calls need, out of the costs that this run has measured. A straight line drawn from one core to many
/// machines: it says how much work there is, not that nothing else gets in the way.
/// </summary>
internal static class Capacity
{
    private const double Users = 1_000_000, CallsPerSecond = 10_000;
    private const double Busy = 0.6;
    private const double ReconnectSeconds = 1_800;
    private const double RingSeconds = 10, TalkSeconds = 180, AnsweredPart = 0.6, KeptSeconds = 30;

    /// <summary>What is taken for granted.</summary>
    public static string Assumptions => string.Create(
        CultureInfo.InvariantCulture,
        $"{Users:N0} connected users, {CallsPerSecond:N0} calls/s; cores {Busy:P0} busy; a user connects anew every "
        + $"{ReconnectSeconds / 60} minutes; {AnsweredPart:P0} of calls are answered, after {RingSeconds} s, and last {TalkSeconds} s; "
        + $"an ended call stays in memory {KeptSeconds} s; every call costs what an answered one does");

    /// <summary>The model's lines; none when no form of the service with PostgreSQL was measured.</summary>
    public static IReadOnlyList<Need> Of(Results results)
    {
        var form = double.IsFinite(results.Median("closed", "apart", Speed.Cpu)) ? "apart" : "postgres";
        if (!double.IsFinite(results.Median("closed", form, Speed.Cpu)))
            return [];
        return [.. Needs(results, form).Where(need => double.IsFinite(need.Amount))];
    }

    private static IEnumerable<Need> Needs(Results results, string form)
    {
        string[] parts = form == "apart" ? ["gateway", "silo", "postgres"] : ["service", "postgres"];
        foreach (var part in parts)
        {
            var cpu = results.Median("closed", form, $"{Speed.Cpu}, {part}");
            yield return new Need(
                $"cores for calls, {part}", CallsPerSecond * cpu / 1e6 / Busy, "cores", $"{Number(cpu)} µs a call, {form}");
        }

        var rest = Measured(results, form, Holding.OfUsers, Holding.Rest, out var from);
        yield return new Need(
            "cores for users at rest", Users / 1_000 * rest / 1e3 / Busy, "cores",
            $"{Number(rest)} ms/s for 1,000 users, {from}");
        var connect = Measured(results, form, Holding.OfUsers, Holding.Connecting, out from);
        yield return new Need(
            "cores for connecting", Users / ReconnectSeconds * connect / 1e6 / Busy, "cores",
            $"{Number(connect)} µs a connect, {from}");

        var user = Measured(results, form, Holding.OfUsers, Holding.User, out from);
        yield return new Need("memory for users", Users * user / 1e6, "GB", $"{Number(user)} KB a user, {from}");
        var ringing = Measured(results, form, Holding.OfCalls, Holding.Ringing, out from);
        yield return new Need(
            "memory for ringing calls", CallsPerSecond * RingSeconds * ringing / 1e6, "GB", $"{Number(ringing)} KB each, {from}");
        var active = Measured(results, form, Holding.OfCalls, Holding.Active, out from);
        yield return new Need(
            "memory for active calls", CallsPerSecond * AnsweredPart * TalkSeconds * active / 1e6, "GB",
            $"{Number(active)} KB each, {from}");
        var ended = Measured(results, form, Holding.OfCalls, Holding.Ended + ", live objects", out from);
        yield return new Need(
            "memory for calls that have ended", CallsPerSecond * KeptSeconds * ended / 1e6, "GB",
            $"{Number(ended)} KB each, {from}");

        var log = results.Median("writes", form, $"{Writes.Saturated}: {Writes.LogBytes}");
        log = double.IsFinite(log) ? log : Measured(results, form, "writes", $"{Writes.OneByOne}: {Writes.LogBytes}", out _);
        yield return new Need("database log", CallsPerSecond * log / 1e6, "MB/s", $"{Number(log)} bytes a call");
        var trips = Measured(results, form, "writes", $"{Writes.OneByOne}: {Writes.RoundTrips}", out from);
        yield return new Need("database round trips", CallsPerSecond * trips, "1/s", $"{Number(trips)} a call, {from}");
    }

    /// <summary>Of this form of the service, or else of the one that was measured.</summary>
    private static double Measured(Results results, string form, string scenario, string metric, out string from)
    {
        from =
            new[] { form, "postgres", "sqlite" }.FirstOrDefault(name => double.IsFinite(results.Median(scenario, name, metric)))
                ?? form;
        return results.Median(scenario, from, metric);
    }

    private static string Number(double value) => Summary.Number(value);
}
