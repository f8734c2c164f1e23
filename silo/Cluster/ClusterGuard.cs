using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using OrleansCalls.Silo.Storage.Postgres;

namespace OrleansCalls.Silo.Cluster;

/// <summary>
/// Two clusters of different names in one database would both wake the same calls. The second is not let in while the first one
/// lives; should both have come at the same moment, both say so until one is gone.
/// </summary>
internal sealed class ClusterGuard(
    string connectionString, IOptions<MembershipOptions> options, TimeProvider time, ILogger<ClusterGuard> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    // A silo says that it lives every 5 s; one that was killed is not waited for longer than this.
    private const string OtherLiving =
        """
        SELECT deploymentid FROM orleansmembershiptable
        WHERE deploymentid <> $1 AND status = 3 AND iamalivetime > now() - interval '30 seconds' ORDER BY deploymentid LIMIT 1
        """;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (await Other(cancellationToken) is { } other)
        {
            throw ClusterFault.Of($"Cluster__Id is '{options.Value.Id}', but the cluster '{other}' lives in {PostgresConnection.Describe(connectionString)}; "
                + "give this one a database of its own, or the same name.");
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (await Other(stoppingToken) is { } other)
                    logger.TwoClusters(other);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    private async Task<string?> Other(CancellationToken cancellation)
    {
        try
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync(cancellation);
            await using var command = new NpgsqlCommand(OtherLiving, connection);
            command.Parameters.Add(new NpgsqlParameter { Value = options.Value.Id });
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
