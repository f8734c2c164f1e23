using Microsoft.Extensions.Logging;

namespace OrleansCalls.Silo.Telemetry.Outages;

/// <summary>Log lines of outages, 5500-5599. A number is never given another meaning.</summary>
internal static partial class OutageLog
{
    [LoggerMessage(5500, LogLevel.Error,
        "Outage began: {Reason}. Lines that repeat it are logged at Debug until it ends", EventName = "OutageBegan")]
    internal static partial void OutageBegan(this ILogger logger, string reason);

    [LoggerMessage(5501, LogLevel.Warning, "Outage ended after {Seconds} s, {Count} log lines withheld: {Lines}", EventName = "OutageEnded")]
    internal static partial void OutageEnded(this ILogger logger, double seconds, int count, string lines);
}
