using System.Collections.Immutable;
using Orleans.Concurrency;

namespace OrleansCalls;

/// <summary>A page of somebody's past calls.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.HistoryQuery")]
public sealed record HistoryQuery
{
    /// <summary>Only calls that ended before this cursor (from <see cref="HistoryPage.Next"/>); null for the newest.</summary>
    [Id(0)] public string? Before { get; init; }

    /// <summary>1 to 100.</summary>
    [Id(1)] public int Limit { get; init; } = 50;

    /// <summary>Only calls the user missed.</summary>
    [Id(2)] public bool MissedOnly { get; init; }
}

/// <summary>Past calls, newest first.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.HistoryPage")]
public sealed record HistoryPage
{
    /// <summary>The calls.</summary>
    [Id(0)] public required ImmutableArray<PastCall> Items { get; init; }

    /// <summary>Cursor for the next page; null when this was the last.</summary>
    [Id(1)] public string? Next { get; init; }

    /// <summary>Null, or <see cref="CallErrorCode.InvalidArgument"/> for a cursor that is none of this service's.</summary>
    [Id(2)] public CallError? Error { get; init; }
}

/// <summary>A past call and how it reads for one person.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.PastCall")]
public sealed record PastCall
{
    /// <summary>The call as it ended.</summary>
    [Id(0)] public required Call Call { get; init; }

    /// <summary>How it reads for the person whose history this is.</summary>
    [Id(1)] public required HistoryOutcome Outcome { get; init; }

    /// <summary>What this person's devices measured, and how this person rated the call; null when neither is known.</summary>
    [Id(2)] public CallQuality? Quality { get; init; }
}

/// <summary>What became of a person's past calls.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.HistoryErasure")]
public sealed record HistoryErasure
{
    /// <summary>Calls that others still have in their history, under an anonymous id.</summary>
    [Id(0)] public int Anonymized { get; init; }

    /// <summary>Calls that nobody else had.</summary>
    [Id(1)] public int Deleted { get; init; }
}

/// <summary>The calls of the whole service, for operators. One activation; holds no state.</summary>
[Alias("OrleansCalls.ICallDirectoryGrain")]
public interface ICallDirectoryGrain : IGrainWithStringKey
{
    /// <summary>The only key.</summary>
    const string Key = "all";

    /// <summary>Ids of calls that are not known to have ended, at most <paramref name="limit"/>.</summary>
    [Alias("ListOpen"), AlwaysInterleave, ResponseTimeout("00:00:10")]
    Task<ImmutableArray<string>> ListOpen(int limit);

    /// <summary>Ended calls of everybody, newest first.</summary>
    [Alias("ListEnded"), AlwaysInterleave, ResponseTimeout("00:00:10")]
    Task<HistoryPage> ListEnded(HistoryQuery query);

    /// <summary>Ended calls of anybody, newest first. A page may hold fewer than its limit, even none, and have a next one.</summary>
    [Alias("FindEnded"), AlwaysInterleave, ResponseTimeout("00:00:10")]
    Task<HistoryPage> FindEnded(CallSearch search);

    /// <summary>One ended call with its timeline, for as long as history is kept; null when there is none.</summary>
    [Alias("GetEnded"), AlwaysInterleave, ResponseTimeout("00:00:10")]
    Task<EndedCall?> GetEnded(string callId);

    /// <summary>Ids of the newest open calls, newest first, at most <paramref name="limit"/>; of many thousands not all are looked at.</summary>
    [Alias("ListNewestOpen"), AlwaysInterleave, ResponseTimeout("00:00:10")]
    Task<ImmutableArray<string>> ListNewestOpen(int limit);

    /// <summary>Takes a person out of some past calls; to be repeated until none is found.</summary>
    [Alias("EraseHistory"), AlwaysInterleave, ResponseTimeout("00:00:10")]
    Task<HistoryErasure> EraseHistory(string userId, string alias);

    /// <summary>How long calls ring that do not say so themselves.</summary>
    [Alias("GetDefaultRing"), AlwaysInterleave, ResponseTimeout("00:00:05")]
    Task<TimeSpan> GetDefaultRing();

    /// <summary>The VAPID public key that browsers subscribe to Web Push with, base64url; null while Web Push is off.</summary>
    [Alias("GetWebPushKey"), AlwaysInterleave, ResponseTimeout("00:00:02")]
    Task<string?> GetWebPushKey();

    /// <summary>
    /// Those of <paramref name="userIds"/> whose presence the app's back end shows to <paramref name="readerId"/>; nobody when there is no back
    /// end to ask, everybody or nobody by the settings when it does not answer.
    /// </summary>
    [Alias("GetVisible"), AlwaysInterleave, ResponseTimeout("00:00:05")]
    Task<ImmutableArray<string>> GetVisible(string readerId, ImmutableArray<string> userIds);
}
