using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansCalls;

/// <summary>
/// Wakes the calls that were open when the process went, so that they end or go on ringing as their deadlines say: a reminder whose
/// time has passed would only tick at its next period.
/// </summary>
public sealed partial class OpenCallWaker(OpenCallIndex index, IGrainFactory grains, ILogger<OpenCallWaker> logger) : IHostedService, IDisposable
{
    private const int AtOnce = 64;
    private readonly ILogger _logger = logger;
    private readonly CancellationTokenSource _stopping = new();
    private Task _waking = Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _waking = Wake(_ => true, _stopping.Token);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _waking.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    /// <summary>Looks at the deadlines of the open calls that <paramref name="which"/> picks by their ids; those that have ended stay as they are.</summary>
    /// <returns>False when the open calls could not be read.</returns>
    public async Task<bool> Wake(Func<string, bool> which, CancellationToken cancellation)
    {
        try
        {
            var open = (await index.List(int.MaxValue)).Where(which).ToArray();
            if (open.Length > 0)
                LogWaking(open.Length);
            foreach (var some in open.Chunk(AtOnce))
            {
                if (cancellation.IsCancellationRequested)
                    break;
                await Task.WhenAll(some.Select(Wake));
            }

            return true;
        }
        catch (Exception exception)
        {
            LogFailed(exception);
            return false;
        }
    }

    private async Task Wake(string callId)
    {
        try
        {
            await grains.GetCall(callId).Execute(new CheckDeadlines());
        }
        catch (Exception exception)
        {
            LogCallFailed(exception, callId);
        }
    }

    [LoggerMessage(1100, LogLevel.Information, "Waking {Count} calls that were open", EventName = "WakingCalls")]
    private partial void LogWaking(int count);

    [LoggerMessage(1101, LogLevel.Error, "The open calls could not be read; their reminders will wake them", EventName = "WakingFailed")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(1102, LogLevel.Warning, "Call {CallId} could not be woken; its reminder will", EventName = "WakingCallFailed")]
    private partial void LogCallFailed(Exception exception, string callId);
}
