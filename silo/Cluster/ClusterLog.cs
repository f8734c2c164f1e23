using Microsoft.Extensions.Logging;

namespace OrleansCalls.Silo.Cluster;

/// <summary>Log messages of the cluster, 5300-5399. Ids are never reused.</summary>
internal static partial class ClusterLog
{
    [LoggerMessage(5300, LogLevel.Warning, "No silo is reachable yet; retrying: {Reason}", EventName = "WaitingForSilos")]
    internal static partial void WaitingForSilos(this ILogger logger, string reason);

    [LoggerMessage(
        5308, LogLevel.Error,
        "Cluster__Id is '{Own}', but the cluster '{Other}' lives in {Database}: no silo can be found until the ids agree",
        EventName = "WrongCluster")]
    internal static partial void WrongCluster(this ILogger logger, string own, string other, string database);

    [LoggerMessage(
        5301, LogLevel.Error,
        "Another cluster, {Cluster}, is active in this database: both ring the same phones. Stop one of them",
        EventName = "TwoClusters")]
    internal static partial void TwoClusters(this ILogger logger, string cluster);

    [LoggerMessage(
        5302, LogLevel.Information, "Reading the membership from the database failed: {Reason}", EventName = "ClusterLookFailed")]
    internal static partial void ClusterLookFailed(this ILogger logger, string reason);

    [LoggerMessage(5303, LogLevel.Warning, "Silo {Silo} is dead; its calls are reactivated here", EventName = "SiloGone")]
    internal static partial void SiloGone(this ILogger logger, string silo);

    [LoggerMessage(
        5304, LogLevel.Warning, "The machine's clock was set {Seconds} s ahead; pending rings end that much earlier",
        EventName = "ClockSetAhead")]
    internal static partial void ClockSetAhead(this ILogger logger, double seconds);

    [LoggerMessage(
        5306, LogLevel.Warning,
        "The machine's clock was set {Seconds} s back; this process uses its monotonic time until both agree",
        EventName = "ClockSetBack")]
    internal static partial void ClockSetBack(this ILogger logger, double seconds);

    [LoggerMessage(
        5307, LogLevel.Critical,
        "The machine's clock is {Seconds} s behind this process, more than Orleans tolerates; stopping for a restart",
        EventName = "ClockTooFarBack")]
    internal static partial void ClockTooFarBack(this ILogger logger, double seconds);

    [LoggerMessage(5311, LogLevel.Warning,
        "This machine's clock is {Seconds} s ahead of the database's (negative: behind): calls ring too long or too short; synchronize the clocks with NTP",
        EventName = "ClocksApart")]
    internal static partial void ClocksApart(this ILogger logger, double seconds);

    [LoggerMessage(
        5312, LogLevel.Information, "This machine's clock and the database's are {Seconds} s apart, within the tolerance",
        EventName = "ClocksTogether")]
    internal static partial void ClocksTogether(this ILogger logger, double seconds);

    [LoggerMessage(
        5305, LogLevel.Warning, "Gateways cannot find this silo: a cluster requires ConnectionStrings__Postgres",
        EventName = "CannotBeFound")]
    internal static partial void CannotBeFound(this ILogger logger);

    [LoggerMessage(5309, LogLevel.Warning, "After the loss of a silo, {Work} failed; retrying", EventName = "DeadSiloWakeFailed")]
    internal static partial void WatchFailed(this ILogger logger, Exception exception, string work);
}
