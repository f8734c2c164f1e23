using Orleans.Concurrency;

namespace OrleansCalls;

/// <summary>
/// Erases one user's data in the background; the key is the user's id. Its status is kept in memory for an hour instead of
/// storage, where it would be one more row about an erased user. A repeated request continues where the first one stopped.
/// </summary>
[Alias("OrleansCalls.IErasureGrain")]
public interface IErasureGrain : IGrainWithStringKey
{
    /// <summary>Starts an erasure, unless one is running.</summary>
    /// <param name="operatorId">The requesting operator, as whom live calls are ended.</param>
    [Alias("Start"), ResponseTimeout("00:00:05")]
    Task<ErasureStatus> Start(string operatorId);

    /// <summary>Returns the status of the last erasure; null when none is known.</summary>
    [Alias("Get"), AlwaysInterleave, ResponseTimeout("00:00:05")]
    Task<ErasureStatus?> Get();
}

/// <summary>The state of background work.</summary>
public enum WorkState
{
    /// <summary>Not requested since the process started.</summary>
    Idle = 1,

    /// <summary>In progress.</summary>
    Running = 2,

    /// <summary>Completed.</summary>
    Done = 3,

    /// <summary>Gave up; a repeated request continues.</summary>
    Failed = 4,
}

/// <summary>The progress of an erasure.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.ErasureStatus")]
public sealed record ErasureStatus
{
    /// <summary>The user.</summary>
    [Id(0)] public required string UserId { get; init; }

    /// <summary>The state.</summary>
    [Id(1)] public required WorkState State { get; init; }

    /// <summary>When it started.</summary>
    [Id(2)] public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it completed or gave up.</summary>
    [Id(3)] public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Live calls that were ended first, as <see cref="EndReason.EndedByAdmin"/>.</summary>
    [Id(4)] public int CallsEnded { get; init; }

    /// <summary>Deleted push tokens.</summary>
    [Id(5)] public int PushTokens { get; init; }

    /// <summary>Deleted missed calls.</summary>
    [Id(6)] public int MissedCalls { get; init; }

    /// <summary>Past calls that stay in the history of others, under an anonymous id.</summary>
    [Id(7)] public int HistoryAnonymized { get; init; }

    /// <summary>Past calls that were in no other user's history.</summary>
    [Id(8)] public int HistoryDeleted { get; init; }

    /// <summary>
    /// Until when the user id remains in the state of recently ended calls, which keeps their ids from ringing again; null when
    /// there are none.
    /// </summary>
    [Id(9)] public DateTimeOffset? IdKeptUntil { get; init; }

    /// <summary>Why it gave up.</summary>
    [Id(10)] public string? Error { get; init; }
}
