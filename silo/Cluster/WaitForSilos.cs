using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using OrleansCalls.Silo.Storage.Postgres;

namespace OrleansCalls.Silo.Cluster;

/// <summary>
/// Lets a gateway that starts before its silos wait for them. If only another cluster is active this is logged, and the health
/// check <c>cluster_id</c> is unhealthy, since the wait may never end.
/// </summary>
internal sealed class WaitForSilos(
    string connectionString, MembershipOptions cluster, IHostApplicationLifetime lifetime, TimeProvider time,
    ILogger<WaitForSilos> logger)
    : IClientConnectionRetryFilter, IHealthCheck
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private const int LogEvery = 10;

    private int _tries;
    private volatile string? _other;

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        if (_tries++ % LogEvery == 0)
        {
            // Any other exception: silos of this cluster exist but do not reply.
            _other = exception is SiloUnavailableException
                ? await OtherClusters.Other(connectionString, cluster.Id, logger, cancellationToken) : null;
            if (_other is { } other)
                logger.WrongCluster(cluster.Id, other, PostgresConnection.Describe(connectionString));
            else
                logger.WaitingForSilos(Reason(exception));
        }

        await Task.Delay(Pause, time, cancellationToken);
        return true;
    }

    // If the database replies, silos are not registered yet; if not, it may be the wrong one.
    private string Reason(Exception exception)
    {
        var words = exception.GetBaseException().Message.ReplaceLineEndings(" ");
        for (var cause = exception; cause is not null; cause = cause.InnerException)
            if (cause is NpgsqlException and not PostgresException)
                return $"ConnectionStrings__Postgres: {PostgresConnection.Describe(connectionString)} does not answer: {words}";
        return words;
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_other is null || lifetime.ApplicationStarted.IsCancellationRequested
            ? HealthCheckResult.Healthy() : new HealthCheckResult(context.Registration.FailureStatus));
}
