using System.Collections.Immutable;

namespace OrleansCalls;

/// <summary>
/// The calls with work left to do, and the latest time at which each must be woken: the durable fallback for timers. Grain
/// storage writes it in the transaction of the call's row: <see cref="Calls.StoredCall.WakeAt"/>. Table <c>open_calls</c>.
/// </summary>
public interface IOpenCallIndex
{
    /// <summary>Returns ids of at most <paramref name="limit"/> calls, in no particular order.</summary>
    Task<ImmutableArray<string>> List(int limit);

    /// <summary>
    /// Returns ids of at most <paramref name="limit"/> calls, newest first. At most <see cref="MostLookedAt"/> open calls are
    /// read.
    /// </summary>
    Task<ImmutableArray<string>> Newest(int limit);

    /// <summary>See <see cref="Newest"/>.</summary>
    const int MostLookedAt = 10_000;

    /// <summary>
    /// Returns ids of at most <paramref name="limit"/> calls whose wake time is <paramref name="now"/> or earlier, longest due
    /// first.
    /// </summary>
    Task<ImmutableArray<string>> Due(DateTimeOffset now, int limit);
}
