using Orleans.Concurrency;

namespace OrleansCalls;

/// <summary>
/// Erases one user's data, in the background; the key is the user's id. What is known of an erasure lies in memory for an hour, not in
/// storage: a row about a user who is erased would be one more to erase. Asked again, it does what is left.
/// </summary>
[Alias("OrleansCalls.IErasureGrain")]
public interface IErasureGrain : IGrainWithStringKey
{
    /// <summary>Begins, unless one is under way.</summary>
    /// <param name="operatorId">Who asks; live calls end in this name.</param>
    [Alias("Start"), ResponseTimeout("00:00:05")]
    Task<ErasureStatus> Start(string operatorId);

    /// <summary>How far the last one has come; null when none is known.</summary>
    [Alias("Get"), AlwaysInterleave, ResponseTimeout("00:00:05")]
    Task<ErasureStatus?> Get();
}

/// <summary>What a piece of background work is doing.</summary>
public enum WorkState
{
    /// <summary>It has not been asked for since the process started.</summary>
    Idle = 1,

    /// <summary>It is under way.</summary>
    Running = 2,

    /// <summary>All of it is done.</summary>
    Done = 3,

    /// <summary>It was given up; asked again, it does what is left.</summary>
    Failed = 4,
}

/// <summary>How far an erasure has come.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.ErasureStatus")]
public sealed record ErasureStatus
{
    /// <summary>Whose data.</summary>
    [Id(0)] public required string UserId { get; init; }

    /// <summary>What it is doing.</summary>
    [Id(1)] public required WorkState State { get; init; }

    /// <summary>When it began.</summary>
    [Id(2)] public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it was done, or given up.</summary>
    [Id(3)] public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Live calls that ended first, as <see cref="EndReason.EndedByAdmin"/>.</summary>
    [Id(4)] public int CallsEnded { get; init; }

    /// <summary>Push tokens forgotten.</summary>
    [Id(5)] public int PushTokens { get; init; }

    /// <summary>Missed calls forgotten.</summary>
    [Id(6)] public int MissedCalls { get; init; }

    /// <summary>Past calls that others still have, under an anonymous id.</summary>
    [Id(7)] public int HistoryAnonymized { get; init; }

    /// <summary>Past calls that nobody else had.</summary>
    [Id(8)] public int HistoryDeleted { get; init; }

    /// <summary>
    /// Until when the bare user id still stands in the state of calls that ended lately, so that their ids ring nobody; null when there are none.
    /// </summary>
    [Id(9)] public DateTimeOffset? IdKeptUntil { get; init; }

    /// <summary>Why it was given up.</summary>
    [Id(10)] public string? Error { get; init; }
}
