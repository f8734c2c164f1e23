using System.Collections.Immutable;

namespace OrleansCalls;

/// <summary>Which calls may still be open: those with a reminder, in whatever table the silo keeps reminders.</summary>
public sealed class OpenCallIndex(IReminderTable reminders, IGrainFactory grains)
{
    /// <summary>Ids of calls that are not known to have ended.</summary>
    public async Task<ImmutableArray<string>> List(int limit)
    {
        // From 0 to 0 is the whole ring.
        var rows = await reminders.ReadRows(0, 0);
        var type = grains.GetCall("any").GetGrainId().Type;
        return [.. rows.Reminders.Where(row => row.GrainId.Type == type).Select(row => row.GrainId.Key.ToString()!).Distinct().Take(limit)];
    }
}
