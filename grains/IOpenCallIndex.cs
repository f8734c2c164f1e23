using System.Collections.Immutable;

namespace OrleansCalls;

/// <summary>
/// The calls that have something left to do, and when each is to be looked at at the latest: the durable net below timers. A call is
/// in it from its first write until its history is written and its last news are delivered. Table <c>open_calls</c>.
/// </summary>
public interface IOpenCallIndex
{
    /// <summary>Keeps a call, or gives one that is kept another time. Durable when it returns.</summary>
    /// <param name="callId">Which call.</param>
    /// <param name="wakeAt">When it is to be woken, if it has not been dropped by then.</param>
    Task Keep(string callId, DateTimeOffset wakeAt);

    /// <summary>The call has nothing left to do. An unknown id is no error.</summary>
    Task Drop(string callId);

    /// <summary>Ids of at most <paramref name="limit"/> calls, in no order.</summary>
    Task<ImmutableArray<string>> List(int limit);

    /// <summary>Ids of at most <paramref name="limit"/> calls whose time has come by <paramref name="now"/>, those that have waited longest first.</summary>
    Task<ImmutableArray<string>> Due(DateTimeOffset now, int limit);
}
