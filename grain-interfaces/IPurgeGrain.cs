using Orleans.Concurrency;

namespace OrleansCalls;

/// <summary>
/// Deletes what is older than it is kept, in the background. One for the cluster, so that silos do not purge beside each other: every silo
/// asks it now and then, and operators may.
/// </summary>
[Alias("OrleansCalls.IPurgeGrain")]
public interface IPurgeGrain : IGrainWithStringKey
{
    /// <summary>The only key.</summary>
    const string Key = "purge";

    /// <summary>Begins, unless one is under way.</summary>
    [Alias("Start"), ResponseTimeout("00:00:05")]
    Task<PurgeStatus> Start();

    /// <summary>How far the last one has come.</summary>
    [Alias("Get"), AlwaysInterleave, ResponseTimeout("00:00:05")]
    Task<PurgeStatus> Get();
}

/// <summary>How far a purge has come.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.PurgeStatus")]
public sealed record PurgeStatus
{
    /// <summary>What it is doing.</summary>
    [Id(0)] public WorkState State { get; init; } = WorkState.Idle;

    /// <summary>When it began.</summary>
    [Id(1)] public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it was done, or given up.</summary>
    [Id(2)] public DateTimeOffset? EndedAt { get; init; }

    /// <summary>States of ended calls deleted.</summary>
    [Id(3)] public int Calls { get; init; }

    /// <summary>Past calls deleted, with their timelines.</summary>
    [Id(4)] public int History { get; init; }

    /// <summary>Users deleted who have never left anything of their own.</summary>
    [Id(5)] public int Users { get; init; }

    /// <summary>Why it was given up.</summary>
    [Id(6)] public string? Error { get; init; }
}
