using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansCalls;

/// <summary>
/// Wakes open calls: those that were open when the process went, so that they end or go on ringing as their deadlines say, and, for
/// <see cref="SweepGrain"/>, those whose timers were lost.
/// </summary>
public sealed partial class OpenCallWaker(IOpenCallIndex index, IGrainFactory grains, TimeProvider time, ILogger<OpenCallWaker> logger)
    : IHostedService, IDisposable
{
    private const int AtOnce = 64;
    private static readonly TimeSpan BeginAgain = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = logger;
    private readonly CancellationTokenSource _stopping = new();
    private Task _waking = Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _waking = Begin(_stopping.Token);
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
            await Wake(open, call => call.Execute(new CheckDeadlines()), cancellation);
            return true;
        }
        catch (Exception exception)
        {
            LogFailed(exception);
            return false;
        }
    }

    /// <summary>Wakes these calls, some at a time; one that fails holds up no other.</summary>
    /// <returns>How many were woken.</returns>
    public async Task<int> Wake(IEnumerable<string> callIds, Func<ICallGrain, Task> how, CancellationToken cancellation)
    {
        var woken = 0;
        foreach (var some in callIds.Chunk(AtOnce))
        {
            if (cancellation.IsCancellationRequested)
                break;
            woken += (await Task.WhenAll(some.Select(callId => Wake(callId, how)))).Count(done => done);
        }

        return woken;
    }

    private async Task<bool> Wake(string callId, Func<ICallGrain, Task> how)
    {
        try
        {
            await how(grains.GetCall(callId));
            return true;
        }
        catch (Exception exception)
        {
            LogCallFailed(exception, callId);
            return false;
        }
    }

    private async Task Begin(CancellationToken cancellation)
    {
        await Wake(_ => true, cancellation);
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await grains.GetSweep().Begin();
                return;
            }
            catch (Exception exception)
            {
                LogSweepFailed(exception);
            }

            await Task.Delay(BeginAgain, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(1100, LogLevel.Information, "Waking {Count} calls that were open", EventName = "WakingCalls")]
    private partial void LogWaking(int count);

    [LoggerMessage(1101, LogLevel.Error, "The open calls could not be read; the next sweep will wake them", EventName = "WakingFailed")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(1102, LogLevel.Warning, "Call {CallId} could not be woken; the next sweep will", EventName = "WakingCallFailed")]
    private partial void LogCallFailed(Exception exception, string callId);

    [LoggerMessage(1103, LogLevel.Warning, "The reminder of the sweep over open calls is not set yet; trying again", EventName = "SweepNotSet")]
    private partial void LogSweepFailed(Exception exception);
}
