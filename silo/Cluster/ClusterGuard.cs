using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using OrleansCalls.Silo.Storage.Postgres;

namespace OrleansCalls.Silo.Cluster;

/// <summary>
/// Prevents a silo from starting where it would do harm. Two clusters with different ids in one database would both ring the
/// same calls: the second is rejected while the first one lives; if both start at once, both log it until one is gone. A silo
/// with the address of a live one would have that one declared dead.
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
            throw new SettingException(
                $"Cluster__Id is '{cluster.Id}', but the cluster '{other}' lives in {PostgresConnection.Describe(connectionString)}; "
                    + "give this one a database of its own, or the same name.");
        }

        await SiloAddressCheck.ThrowIfTaken(endpoints.Value, connectionString, cluster.Id, time, logger, cancellationToken);
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
        }
    }

    private Task<string?> Other(CancellationToken cancellation) =>
        OtherClusters.Other(connectionString, cluster.Id, logger, cancellation);
}
