using System.Collections.Immutable;

namespace OrleansCalls;

/// <summary>The cluster as one silo sees it. Answers out of memory.</summary>
public interface IClusterMembers
{
    /// <summary>Whether other processes can find this silo; otherwise its grains are for its own process only.</summary>
    bool CanBeFound { get; }

    /// <summary>The address of this silo.</summary>
    string Me { get; }

    /// <summary>All silos that are not known to be dead, this one included, in the order of their addresses.</summary>
    ImmutableArray<ClusterMember> All { get; }
}

/// <summary>A silo that is a cluster by itself.</summary>
internal sealed class LoneSilo : IClusterMembers
{
    private const string Address = "local";

    /// <inheritdoc/>
    public bool CanBeFound => false;

    /// <inheritdoc/>
    public string Me => Address;

    /// <inheritdoc/>
    public ImmutableArray<ClusterMember> All { get; } = [new ClusterMember { Address = Address, Status = "active" }];
}
