using Microsoft.Extensions.Logging;

namespace OrleansCalls.Silo.Telemetry.Outages;

/// <summary>Log messages of outages, 5500-5599. Ids are never reused.</summary>
internal static partial class OutageLog
{
    [LoggerMessage(5500, LogLevel.Error,
        "Outage began: {Reason}. Repeated messages are logged at Debug until it ends", EventName = "OutageBegan")]
    internal static partial void OutageBegan(this ILogger logger, string reason);

    [LoggerMessage(
        5501, LogLevel.Warning, "Outage ended after {Seconds} s, {Count} log lines withheld: {Lines}", EventName = "OutageEnded")]
    internal static partial void OutageEnded(this ILogger logger, double seconds, int count, string lines);
}
