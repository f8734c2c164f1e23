using System.Collections.Immutable;

namespace OrleansCalls;

/// <summary>
/// The calls that have something left to do, and when each is to be woken at the latest: the durable net below timers. Grain storage
/// keeps it, in the transaction that writes a call's row: <see cref="Calls.StoredCall.WakeAt"/>. Table <c>open_calls</c>.
/// </summary>
public interface IOpenCallIndex
{
    /// <summary>Ids of at most <paramref name="limit"/> calls, in no order.</summary>
    Task<ImmutableArray<string>> List(int limit);

    /// <summary>
    /// Ids of at most <paramref name="limit"/> calls, those that began last first. Of more open calls than <see cref="MostLookedAt"/> only so many
    /// are looked at.
    /// </summary>
    Task<ImmutableArray<string>> Newest(int limit);

    /// <summary>See <see cref="Newest"/>.</summary>
    const int MostLookedAt = 10_000;

    /// <summary>Ids of at most <paramref name="limit"/> calls whose wake time has come by <paramref name="now"/>, those that have waited longest first.</summary>
    Task<ImmutableArray<string>> Due(DateTimeOffset now, int limit);
}
