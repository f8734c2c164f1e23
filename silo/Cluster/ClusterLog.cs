using Microsoft.Extensions.Logging;

namespace OrleansCalls.Silo.Cluster;

/// <summary>Log lines of the cluster, 5300-5399. A number is never given another meaning.</summary>
internal static partial class ClusterLog
{
    [LoggerMessage(5300, LogLevel.Warning, "No silo of the cluster can be reached yet, trying on: {Reason}", EventName = "WaitingForSilos")]
    internal static partial void WaitingForSilos(this ILogger logger, string reason);

    [LoggerMessage(5308, LogLevel.Error, "Cluster__Id is '{Own}', but the cluster '{Other}' lives in {Database}: no silo is found until one of the two names is changed", EventName = "WrongCluster")]
    internal static partial void WrongCluster(this ILogger logger, string own, string other, string database);

    [LoggerMessage(5301, LogLevel.Error, "Another cluster, {Cluster}, lives in this database: both ring the same phones. Stop one of them", EventName = "TwoClusters")]
    internal static partial void TwoClusters(this ILogger logger, string cluster);

    [LoggerMessage(5302, LogLevel.Information, "The database could not be asked for other silos: {Reason}", EventName = "ClusterLookFailed")]
    internal static partial void ClusterLookFailed(this ILogger logger, string reason);

    [LoggerMessage(5303, LogLevel.Warning, "Silo {Silo} is gone; the calls that it had are woken here", EventName = "SiloGone")]
    internal static partial void SiloGone(this ILogger logger, string silo);

    [LoggerMessage(5304, LogLevel.Warning, "The machine's clock was set {Seconds} s ahead: rings under way end that much earlier", EventName = "ClockSetAhead")]
    internal static partial void ClockSetAhead(this ILogger logger, double seconds);

    [LoggerMessage(5306, LogLevel.Warning, "The machine's clock was set {Seconds} s back: this process keeps its own time until both agree", EventName = "ClockSetBack")]
    internal static partial void ClockSetBack(this ILogger logger, double seconds);

    [LoggerMessage(5307, LogLevel.Critical, "The machine's clock is {Seconds} s behind this process, more than Orleans bears: stopping, to be started again", EventName = "ClockTooFarBack")]
    internal static partial void ClockTooFarBack(this ILogger logger, double seconds);

    [LoggerMessage(5311, LogLevel.Warning,
        "This machine's clock is {Seconds} s ahead of the database's (negative: behind): calls ring too long or too short; set the clocks by NTP",
        EventName = "ClocksApart")]
    internal static partial void ClocksApart(this ILogger logger, double seconds);

    [LoggerMessage(5312, LogLevel.Information, "This machine's clock and the database's are {Seconds} s apart, as near as they should be",
        EventName = "ClocksTogether")]
    internal static partial void ClocksTogether(this ILogger logger, double seconds);

    [LoggerMessage(5305, LogLevel.Warning, "No gateway can find this silo: a cluster needs ConnectionStrings__Postgres", EventName = "CannotBeFound")]
    internal static partial void CannotBeFound(this ILogger logger);

    [LoggerMessage(5309, LogLevel.Warning, "After the death of a silo, {Work} failed and is tried again", EventName = "DeadSiloWakeFailed")]
    internal static partial void WatchFailed(this ILogger logger, Exception exception, string work);
}
