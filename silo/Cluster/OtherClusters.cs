using Microsoft.Extensions.Logging;

namespace OrleansCalls.Silo.Cluster;

/// <summary>Finds other active clusters in a database.</summary>
internal static class OtherClusters
{
    // Silos write an "I am alive" every 5 s; a killed one counts as gone after 30 s.
    private const string OtherLiving =
        """
        SELECT deploymentid FROM orleansmembershiptable
        WHERE deploymentid <> $1 AND status = 3 AND iamalivetime > now() - interval '30 seconds' ORDER BY deploymentid LIMIT 1
        """;

    /// <summary>Returns the id of another active cluster; null when there is none, or the database does not respond.</summary>
    internal static Task<string?> Other(string connectionString, string id, ILogger logger, CancellationToken cancellation) =>
        MembershipTable.First(connectionString, OtherLiving, [id], row => row.GetString(0), logger, cancellation);
}
