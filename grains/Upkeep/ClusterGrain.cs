using System.Collections.Immutable;
using Orleans.Concurrency;

namespace OrleansCalls;

/// <summary>Returns the membership as seen by the silo that receives the request.</summary>
[StatelessWorker(1)]
public sealed class ClusterGrain(IClusterMembers members) : Grain, IClusterGrain
{
    /// <inheritdoc/>
    public Task<ImmutableArray<ClusterMember>> GetMembers() => Task.FromResult(members.All);
}
