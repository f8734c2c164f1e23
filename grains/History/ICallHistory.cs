using System.Collections.Immutable;

namespace OrleansCalls.History;

/// <summary>
/// Ended calls, kept for people and operators; tables <c>call_sessions</c> and <c>call_participants</c>. Storage writes them in the
/// transaction of the call's row (<see cref="Calls.StoredCall.Session"/>); the first record of a call id stays, but for the
/// quality of the people in it, which may be rated later.
/// </summary>
public interface ICallHistory
{
    /// <summary>One person's past calls, newest first.</summary>
    Task<HistoryPage> ForUser(string userId, HistoryQuery query, CancellationToken cancellation = default);

    /// <summary>
    /// Anybody's past calls, newest first; each with the caller's outcome. A page may hold fewer than its limit, even none, and have a next
    /// one: what one page costs is bounded.
    /// </summary>
    /// <exception cref="ArgumentException">The cursor is none, or the prefix fits too many calls.</exception>
    Task<HistoryPage> Find(CallSearch search, CancellationToken cancellation = default);

    /// <summary>One past call; null when there is none.</summary>
    Task<EndedCall?> Read(string callId, CancellationToken cancellation = default);

    /// <summary>
    /// Takes a person out of at most <paramref name="limit"/> past calls (<see cref="Erasure"/>); a call that nobody else's history holds
    /// is deleted. To be repeated until it finds none.
    /// </summary>
    Task<HistoryErasure> Erase(string userId, string alias, int limit, CancellationToken cancellation = default);
}

/// <summary>An ended call as history keeps it: a row of <c>call_sessions</c> with its rows of <c>call_participants</c>.</summary>
public sealed record CallSession
{
    /// <summary>The call as it ended, with its true reasons.</summary>
    public required Call Call { get; init; }

    /// <summary>Everything up to its end, oldest first.</summary>
    public ImmutableArray<TimelineEntry> Timeline { get; init; } = [];

    /// <summary>The caller first, then the callees in the order in which they were called.</summary>
    public required ImmutableArray<CallParticipant> Participants { get; init; }
}

/// <summary>One person's part in an ended call.</summary>
public sealed record CallParticipant
{
    /// <summary>Who.</summary>
    public required string UserId { get; init; }

    /// <summary>Whether this is the caller.</summary>
    public required bool IsCaller { get; init; }

    /// <summary>How the call reads in this person's history.</summary>
    public required HistoryOutcome Outcome { get; init; }

    /// <summary>What this person's devices measured, and how this person rated the call; null when neither is known.</summary>
    public CallQuality? Quality { get; init; }
}
