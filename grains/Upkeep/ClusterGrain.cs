using System.Collections.Immutable;
using Orleans.Concurrency;

namespace OrleansCalls;

/// <summary>Answers for the silo that is asked, wherever it is asked.</summary>
[StatelessWorker(1)]
public sealed class ClusterGrain(IClusterMembers members) : Grain, IClusterGrain
{
    /// <inheritdoc/>
    public Task<ImmutableArray<ClusterMember>> GetMembers() => Task.FromResult(members.All);
}
