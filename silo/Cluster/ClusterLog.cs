using Microsoft.Extensions.Logging;

namespace OrleansCalls.Silo.Cluster;

/// <summary>Log lines of the cluster, 5300-5399. A number is never given another meaning.</summary>
internal static partial class ClusterLog
{
    [LoggerMessage(5300, LogLevel.Warning, "No silo of the cluster can be reached yet, trying on: {Reason}", EventName = "WaitingForSilos")]
    internal static partial void WaitingForSilos(this ILogger logger, string reason);

    [LoggerMessage(5301, LogLevel.Error, "Another cluster, {Cluster}, lives in this database: both ring the same phones. Stop one of them", EventName = "TwoClusters")]
    internal static partial void TwoClusters(this ILogger logger, string cluster);

    [LoggerMessage(5302, LogLevel.Information, "The database could not be asked for other clusters: {Reason}", EventName = "ClusterLookFailed")]
    internal static partial void ClusterLookFailed(this ILogger logger, string reason);

    [LoggerMessage(5303, LogLevel.Warning, "Silo {Silo} is gone; the calls that it had are woken here", EventName = "SiloGone")]
    internal static partial void SiloGone(this ILogger logger, string silo);

    [LoggerMessage(5304, LogLevel.Warning, "The clock was set {Seconds} s {Direction}: rings that are under way end that much {Effect}", EventName = "ClockJumped")]
    internal static partial void ClockJumped(this ILogger logger, double seconds, string direction, string effect);

    [LoggerMessage(5305, LogLevel.Warning, "No gateway can find this silo: a cluster needs ConnectionStrings__Postgres", EventName = "CannotBeFound")]
    internal static partial void CannotBeFound(this ILogger logger);
}
