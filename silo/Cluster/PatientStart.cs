using Microsoft.Extensions.Logging;

namespace OrleansCalls.Silo.Cluster;

/// <summary>A gateway that starts before its silos waits for them.</summary>
internal sealed class PatientStart(ILogger<PatientStart> logger) : IClientConnectionRetryFilter
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private const int TellEvery = 10;

    private int _tries;

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        if (_tries++ % TellEvery == 0)
            logger.WaitingForSilos(exception.GetBaseException().Message.ReplaceLineEndings(" "));
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
}
