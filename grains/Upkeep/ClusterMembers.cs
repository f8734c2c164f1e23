using System.Collections.Immutable;

namespace OrleansCalls;

/// <summary>The cluster membership as seen by one silo, from memory.</summary>
public interface IClusterMembers
{
    /// <summary>The address of this silo.</summary>
    string Me { get; }

    /// <summary>All silos that are not dead, including this one, ordered by address.</summary>
    ImmutableArray<ClusterMember> All { get; }
}
