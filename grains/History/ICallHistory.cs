using System.Collections.Immutable;

namespace OrleansCalls.History;

/// <summary>
/// Ended calls, for users and operators; tables <c>call_sessions</c> and <c>call_participants</c>. Storage writes them in the
/// transaction of the call's row (<see cref="Calls.StoredCall.Session"/>); the first record of a call id stays, except for its
/// parties' quality, which can be rated later.
/// </summary>
public interface ICallHistory
{
    /// <summary>Returns a user's past calls, newest first.</summary>
    Task<HistoryPage> ForUser(string userId, HistoryQuery query, CancellationToken cancellation = default);

    /// <summary>
    /// Returns matching past calls, newest first, with the caller's outcome. A page may hold fewer than its limit, even none,
    /// and have a next one: the cost of a page is bounded.
    /// </summary>
    /// <exception cref="ArgumentException">The cursor is invalid, or the prefix matches too many calls.</exception>
    Task<HistoryPage> Find(CallSearch search, CancellationToken cancellation = default);

    /// <summary>Returns a past call; null when there is none.</summary>
    Task<EndedCall?> Read(string callId, CancellationToken cancellation = default);

    /// <summary>
    /// Erases a user from at most <paramref name="limit"/> past calls (<see cref="Erasure"/>); a call in no other user's
    /// history is deleted. To be repeated until none is found.
    /// </summary>
    Task<HistoryErasure> Erase(string userId, string alias, int limit, CancellationToken cancellation = default);
}

/// <summary>
/// An ended call as stored in history: a row of <c>call_sessions</c> with its rows of <c>call_participants</c>.
/// </summary>
public sealed record CallSession
{
    /// <summary>The call as it ended, with the actual reasons.</summary>
    public required Call Call { get; init; }

    /// <summary>The timeline up to the end, oldest first.</summary>
    public ImmutableArray<TimelineEntry> Timeline { get; init; } = [];

    /// <summary>The caller first, then the callees in the order of the call.</summary>
    public required ImmutableArray<CallParticipant> Participants { get; init; }
}

/// <summary>One user's part in an ended call.</summary>
public sealed record CallParticipant
{
    /// <summary>The user id.</summary>
    public required string UserId { get; init; }

    /// <summary>Whether this is the caller.</summary>
    public required bool IsCaller { get; init; }

    /// <summary>The outcome in this user's history.</summary>
    public required HistoryOutcome Outcome { get; init; }

    /// <summary>What this user's devices measured, and the user's rating; null when neither is known.</summary>
    public CallQuality? Quality { get; init; }
}
