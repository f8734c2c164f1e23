#if !EMBEDDED_ORLEANS
using Microsoft.Extensions.Logging;

namespace OrleansCalls.Silo.Cluster;

/// <summary>A gateway that starts before its silos waits for them.</summary>
internal sealed partial class PatientStart(ILogger<PatientStart> logger) : IClientConnectionRetryFilter
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private const int TellEvery = 10;

    private readonly ILogger _logger = logger;
    private int _tries;

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        if (_tries++ % TellEvery == 0)
            LogWaiting(exception.GetBaseException().Message.ReplaceLineEndings(" "));
        try
        {
            await Task.Delay(Pause, cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(5300, LogLevel.Warning, "No silo of the cluster can be reached yet, trying on: {Reason}", EventName = "WaitingForSilos")]
    private partial void LogWaiting(string reason);
}
#endif
