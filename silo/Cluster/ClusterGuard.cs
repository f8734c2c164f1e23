using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using OrleansCalls.Silo.Storage.Postgres;

namespace OrleansCalls.Silo.Cluster;

/// <summary>
/// What a silo must not be started into. Two clusters of different names in one database would both wake the same calls: the second is not
/// let in while the first one lives; should both have come at the same moment, both say so until one is gone. And a silo in the place of one
/// that lives would have that one killed.
/// </summary>
internal sealed class ClusterGuard(
    string connectionString, MembershipOptions cluster, IOptions<EndpointOptions> endpoints, TimeProvider time,
    ILogger<ClusterGuard> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (await Other(cancellationToken) is { } other)
        {
            throw new SettingException($"Cluster__Id is '{cluster.Id}', but the cluster '{other}' lives in {PostgresConnection.Describe(connectionString)}; "
                + "give this one a database of its own, or the same name.");
        }

        await SamePlace.ThrowIfTaken(endpoints.Value, connectionString, cluster.Id, time, logger, cancellationToken);
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

    private Task<string?> Other(CancellationToken cancellation) => LivingClusters.Other(connectionString, cluster.Id, logger, cancellation);
}
