namespace OrleansCalls.Load.Measure;

/// <summary>What a target's processes hold, in bytes.</summary>
/// <param name="Resident">
/// What the system has given them; of PostgreSQL only what is its own, not what its backends share.
/// </param>
/// <param name="Managed">What of that is live on the heaps of .NET or JavaScript.</param>
internal sealed record Memory(double Resident, double Managed)
{
    /// <summary>
    /// Reads it once all garbage is gone; the database is not counted: it is sized by settings, not by users and calls.
    /// </summary>
    public static Memory Of(Target target)
    {
        var parts = target.Parts.Where(part => !part.Family).ToList();
        var managed = parts.Sum(part => Probe.Ask(part.Probe, Probe.Collected)?["heap"] ?? double.NaN);
        return new Memory(parts.Count == 0 ? double.NaN : parts.Sum(part => Processes.ResidentBytes(part.Pid)), managed);
    }

    /// <summary>How much more this is than before, for each of so many.</summary>
    public Memory Per(Memory before, int count) => new((Resident - before.Resident) / count, (Managed - before.Managed) / count);
}
