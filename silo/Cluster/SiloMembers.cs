using System.Collections.Immutable;

namespace OrleansCalls.Silo.Cluster;

/// <summary>The cluster as this silo knows it, out of memory: it can be asked often, and while the database is away.</summary>
internal sealed class OracleMembers(ISiloStatusOracle oracle) : IClusterMembers
{
    public string Me => oracle.SiloAddress.ToParsableString();

    public ImmutableArray<ClusterMember> All =>
    [
        .. oracle.GetApproximateSiloStatuses()
            .Where(silo => silo.Value != SiloStatus.Dead)
            .Select(silo => new ClusterMember
            {
                Address = silo.Key.ToParsableString(),
                Name = oracle.TryGetSiloName(silo.Key, out var name) ? name : null,
                Status = Words.Snake(silo.Value),
            })
            .OrderBy(silo => silo.Address, StringComparer.Ordinal),
    ];
}
