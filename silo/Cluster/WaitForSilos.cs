using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using OrleansCalls.Silo.Storage.Postgres;

namespace OrleansCalls.Silo.Cluster;

/// <summary>
/// A gateway that starts before its silos waits for them. Where only another cluster lives it says so, and as the health check
/// <c>cluster_id</c> it is unhealthy: the wait may have no end.
/// </summary>
internal sealed class PatientStart(
    string connectionString, MembershipOptions cluster, IHostApplicationLifetime lifetime, TimeProvider time,
    ILogger<PatientStart> logger)
    : IClientConnectionRetryFilter, IHealthCheck
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private const int TellEvery = 10;

    private int _tries;
    private volatile string? _other;

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        if (_tries++ % TellEvery == 0)
        {
            // Any other exception: there are silos of this cluster, which do not answer.
            _other = exception is SiloUnavailableException
                ? await LivingClusters.Other(connectionString, cluster.Id, logger, cancellationToken) : null;
            if (_other is { } other)
                logger.WrongCluster(cluster.Id, other, PostgresConnection.Describe(connectionString));
            else
                logger.WaitingForSilos(Reason(exception));
        }

        await Task.Delay(Pause, time, cancellationToken);
        return true;
    }

    // A database that answers has the silos' names, or not yet; one that does not may be the wrong one.
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
