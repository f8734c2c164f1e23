using System.Collections.Immutable;

namespace OrleansCalls;

/// <summary>The cluster as one silo sees it. Answers out of memory.</summary>
public interface IClusterMembers
{
    /// <summary>The address of this silo.</summary>
    string Me { get; }

    /// <summary>All silos that are not known to be dead, this one included, in the order of their addresses.</summary>
    ImmutableArray<ClusterMember> All { get; }
}
