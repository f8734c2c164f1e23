using System.Collections.Immutable;

namespace OrleansCalls;

/// <summary>
/// Which silos there are, as the nearest one knows. Gateways ask twice a second: a change means that some users' grains have moved
/// and lost sight of their connections.
/// </summary>
[Alias("OrleansCalls.IClusterGrain")]
public interface IClusterGrain : IGrainWithStringKey
{
    /// <summary>The only key.</summary>
    const string Key = "cluster";

    /// <summary>All silos that are not known to be dead, in the order of their addresses.</summary>
    [Alias("GetMembers"), ResponseTimeout("00:00:03")]
    Task<ImmutableArray<ClusterMember>> GetMembers();
}

/// <summary>One silo.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.ClusterMember")]
public sealed record ClusterMember
{
    /// <summary>Address, port and generation; a silo that starts again at the same port is another one.</summary>
    [Id(0)] public required string Address { get; init; }

    /// <summary>Its name, if it is known.</summary>
    [Id(1)] public string? Name { get; init; }

    /// <summary>Orleans' word for what it is doing, in lower snake case: <c>joining</c>, <c>active</c>, <c>shutting_down</c>...</summary>
    [Id(2)] public required string Status { get; init; }
}
