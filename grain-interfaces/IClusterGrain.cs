using System.Collections.Immutable;

namespace OrleansCalls;

/// <summary>
/// The cluster membership, as seen by the nearest silo. Gateways poll it twice a second: after a change some users' grains have
/// moved and lost their connections.
/// </summary>
[Alias("OrleansCalls.IClusterGrain")]
public interface IClusterGrain : IGrainWithStringKey
{
    /// <summary>The only key.</summary>
    const string Key = "cluster";

    /// <summary>Returns all silos that are not dead, ordered by address.</summary>
    [Alias("GetMembers"), ResponseTimeout("00:00:03")]
    Task<ImmutableArray<ClusterMember>> GetMembers();
}

/// <summary>A silo.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.ClusterMember")]
public sealed record ClusterMember
{
    /// <summary>Address, port and generation; a restarted silo on the same port has another one.</summary>
    [Id(0)] public required string Address { get; init; }

    /// <summary>The name; null if it is unknown.</summary>
    [Id(1)] public string? Name { get; init; }

    /// <summary>Orleans' status in lower snake case: <c>joining</c>, <c>active</c>, <c>shutting_down</c>...</summary>
    [Id(2)] public required string Status { get; init; }
}
