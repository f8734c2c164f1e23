using Microsoft.Extensions.Options;

namespace OrleansCalls.Silo.Cluster;

/// <summary>What keeps a process out of a cluster, said like a wrong setting.</summary>
internal static class ClusterFault
{
    internal static OptionsValidationException Of(string sentence) =>
        new(MembershipOptions.Section, typeof(MembershipOptions), [sentence]);

    /// <summary>The stand-ins of embedded/ are one silo and no more.</summary>
    internal static OptionsValidationException NeedsOrleans() => Of(
        "A cluster needs the official Microsoft.Orleans packages, and this build has the stand-ins for one process; build it where the package source has them.");
}
