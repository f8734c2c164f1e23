using Orleans.Concurrency;

namespace OrleansCalls;

/// <summary>
/// Deletes data past its retention, in the background. One per cluster, so that silos do not purge concurrently: every silo
/// requests it periodically, and operators can.
/// </summary>
[Alias("OrleansCalls.IPurgeGrain")]
public interface IPurgeGrain : IGrainWithStringKey
{
    /// <summary>The only key.</summary>
    const string Key = "purge";

    /// <summary>Starts a purge, unless one is running.</summary>
    [Alias("Start"), ResponseTimeout("00:00:05")]
    Task<PurgeStatus> Start();

    /// <summary>Returns the status of the last purge.</summary>
    [Alias("Get"), AlwaysInterleave, ResponseTimeout("00:00:05")]
    Task<PurgeStatus> Get();
}

/// <summary>The progress of a purge.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.PurgeStatus")]
public sealed record PurgeStatus
{
    /// <summary>The state.</summary>
    [Id(0)] public WorkState State { get; init; } = WorkState.Idle;

    /// <summary>When it started.</summary>
    [Id(1)] public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it completed or gave up.</summary>
    [Id(2)] public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Deleted states of ended calls.</summary>
    [Id(3)] public int Calls { get; init; }

    /// <summary>Deleted past calls, with their timelines.</summary>
    [Id(4)] public int History { get; init; }

    /// <summary>Deleted users without any state of their own.</summary>
    [Id(5)] public int Users { get; init; }

    /// <summary>Why it gave up.</summary>
    [Id(6)] public string? Error { get; init; }
}
