using Microsoft.Extensions.Options;

namespace OrleansCalls.Silo.Cluster;

/// <summary>What keeps a process out of a cluster, said like a wrong setting.</summary>
internal static class ClusterFault
{
    internal static OptionsValidationException Of(string sentence) =>
        new(MembershipOptions.Section, typeof(MembershipOptions), [sentence]);
}
