using System.Collections.Immutable;

namespace OrleansCalls.Silo.Cluster;

/// <summary>The members of the cluster from this silo's memory: cheap to read, and available without the database.</summary>
internal sealed class SiloMembers(ISiloStatusOracle oracle) : IClusterMembers
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
                Status = EnumNames.Snake(silo.Value),
            })
            .OrderBy(silo => silo.Address, StringComparer.Ordinal),
    ];
}
