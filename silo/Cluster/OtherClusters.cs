using Microsoft.Extensions.Logging;
using Npgsql;

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

    /// <summary>Returns the id of another active cluster; null when there is none, or the database does not reply.</summary>
    internal static async Task<string?> Other(string connectionString, string id, ILogger logger, CancellationToken cancellation)
    {
        try
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync(cancellation);
            await using var command = new NpgsqlCommand(OtherLiving, connection);
            command.Parameters.Add(new NpgsqlParameter { Value = id });
            return await command.ExecuteScalarAsync(cancellation) as string;
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            cancellation.ThrowIfCancellationRequested();
            logger.ClusterLookFailed(exception.Message.ReplaceLineEndings(" "));
            return null;
        }
    }
}
