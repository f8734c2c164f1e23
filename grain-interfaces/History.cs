using System.Collections.Immutable;
using Orleans.Concurrency;

namespace OrleansCalls;

/// <summary>A query for a user's past calls.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.HistoryQuery")]
public sealed record HistoryQuery
{
    /// <summary>Only calls that ended before this cursor, from <see cref="HistoryPage.Next"/>; null for the newest.</summary>
    [Id(0)] public string? Before { get; init; }

    /// <summary>1 to 100.</summary>
    [Id(1)] public int Limit { get; init; } = 50;

    /// <summary>Whether to return missed calls only.</summary>
    [Id(2)] public bool MissedOnly { get; init; }
}

/// <summary>Past calls, newest first.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.HistoryPage")]
public sealed record HistoryPage
{
    /// <summary>The calls.</summary>
    [Id(0)] public required ImmutableArray<PastCall> Items { get; init; }

    /// <summary>The cursor of the next page; null on the last.</summary>
    [Id(1)] public string? Next { get; init; }

    /// <summary>Null, or <see cref="CallErrorCode.InvalidArgument"/> for an invalid cursor.</summary>
    [Id(2)] public CallError? Error { get; init; }
}

/// <summary>A past call, from the point of view of one user.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.PastCall")]
public sealed record PastCall
{
    /// <summary>The call as it ended.</summary>
    [Id(0)] public required Call Call { get; init; }

    /// <summary>The outcome from this user's point of view.</summary>
    [Id(1)] public required HistoryOutcome Outcome { get; init; }

    /// <summary>What this user's devices measured, and the user's rating; null when neither is known.</summary>
    [Id(2)] public CallQuality? Quality { get; init; }
}

/// <summary>The result of erasing a user from past calls.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.HistoryErasure")]
public sealed record HistoryErasure
{
    /// <summary>Calls that stay in the history of others, under an anonymous id.</summary>
    [Id(0)] public int Anonymized { get; init; }

    /// <summary>Calls that were in no other user's history.</summary>
    [Id(1)] public int Deleted { get; init; }
}

/// <summary>The calls of the whole service, for operators. One activation, without state.</summary>
[Alias("OrleansCalls.ICallDirectoryGrain")]
public interface ICallDirectoryGrain : IGrainWithStringKey
{
    /// <summary>The only key.</summary>
    const string Key = "all";

    /// <summary>Returns ids of open calls, at most <paramref name="limit"/>.</summary>
    [Alias("ListOpen"), AlwaysInterleave, ResponseTimeout("00:00:10")]
    Task<ImmutableArray<string>> ListOpen(int limit);

    /// <summary>Returns ended calls of all users, newest first.</summary>
    [Alias("ListEnded"), AlwaysInterleave, ResponseTimeout("00:00:10")]
    Task<HistoryPage> ListEnded(HistoryQuery query);

    /// <summary>
    /// Returns matching ended calls, newest first. A page may hold fewer than its limit, even none, and have a next one.
    /// </summary>
    [Alias("FindEnded"), AlwaysInterleave, ResponseTimeout("00:00:10")]
    Task<HistoryPage> FindEnded(CallSearch search);

    /// <summary>Returns an ended call with its timeline; null when there is none, or it is past its retention.</summary>
    [Alias("GetEnded"), AlwaysInterleave, ResponseTimeout("00:00:10")]
    Task<EndedCall?> GetEnded(string callId);

    /// <summary>
    /// Returns ids of the newest open calls, newest first, at most <paramref name="limit"/>; of many thousands only a part is
    /// read.
    /// </summary>
    [Alias("ListNewestOpen"), AlwaysInterleave, ResponseTimeout("00:00:10")]
    Task<ImmutableArray<string>> ListNewestOpen(int limit);

    /// <summary>Erases a user from some past calls; to be repeated until none is found.</summary>
    [Alias("EraseHistory"), AlwaysInterleave, ResponseTimeout("00:00:10")]
    Task<HistoryErasure> EraseHistory(string userId, string alias);

    /// <summary>Returns the default ring time.</summary>
    [Alias("GetDefaultRing"), AlwaysInterleave, ResponseTimeout("00:00:05")]
    Task<TimeSpan> GetDefaultRing();

    /// <summary>Returns the VAPID public key for Web Push subscriptions, base64url; null while Web Push is off.</summary>
    [Alias("GetWebPushKey"), AlwaysInterleave, ResponseTimeout("00:00:02")]
    Task<string?> GetWebPushKey();

    /// <summary>
    /// Returns those of <paramref name="userIds"/> whose presence the app's back end shows to <paramref name="readerId"/>: none
    /// without a back end; all or none, depending on a setting, when it does not respond.
    /// </summary>
    [Alias("GetVisible"), AlwaysInterleave, ResponseTimeout("00:00:05")]
    Task<ImmutableArray<string>> GetVisible(string readerId, ImmutableArray<string> userIds);
}
