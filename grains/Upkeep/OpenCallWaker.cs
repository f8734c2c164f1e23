using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansCalls;

/// <summary>
/// Reactivates open calls, so that they go on ringing or end at their deadlines: this silo's share at startup and after the
/// loss of another silo, and for <see cref="SweepGrain"/> those whose wake time has passed.
/// </summary>
public sealed partial class OpenCallWaker : IHostedService
{
    private const int AtOnce = 64;

    private readonly IOpenCallIndex _index;
    private readonly IClusterMembers _members;
    private readonly IGrainFactory _grains;
    private readonly ILogger _logger;
    private readonly Background _background;
    private Task _starting = Task.CompletedTask;

    /// <summary>Called by the container.</summary>
    public OpenCallWaker(
        IOpenCallIndex index, IClusterMembers members, IGrainFactory grains, TimeProvider time, ILogger<OpenCallWaker> logger)
    {
        (_index, _members, _grains, _logger) = (index, members, grains, logger);
        _background = new Background(nameof(OpenCallWaker), time, (work, exception) => LogRetry(exception, work));
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _starting = Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _background.Stop();
        await _starting.WaitAsync(cancellationToken);
    }

    /// <summary>Wakes this silo's share of the open calls. Active silos divide them by call id.</summary>
    public async Task WakeShare()
    {
        var living = _members.All.Where(member => member.Status == "active" || member.Address == _members.Me)
            .Select(member => member.Address).ToArray();
        var mine = Array.IndexOf(living, _members.Me);
        var open = (await _index.List(int.MaxValue)).RemoveAll(callId => StableHash.Of(callId) % living.Length != mine);
        if (!open.IsEmpty)
            LogWaking(open.Length);
        await Wake(open);
    }

    /// <summary>Wakes these calls in batches; one that fails does not delay others, and is left to the next sweep.</summary>
    public async Task Wake(IEnumerable<string> callIds)
    {
        foreach (var some in callIds.Chunk(AtOnce))
        {
            if (_background.Lifetime.IsCancellationRequested)
                return;
            await Task.WhenAll(some.Select(Wake));
        }
    }

    private async Task Wake(string callId)
    {
        try
        {
            await _grains.GetCall(callId).Wake();
        }
        catch (Exception exception)
        {
            LogCallFailed(exception, callId);
        }
    }

    private async Task Start()
    {
        await _background.UntilDone("waking the open calls", WakeShare);
        await _background.UntilDone("registering the sweep's reminder", () => _grains.GetSweep().Begin());
    }

    [LoggerMessage(1100, LogLevel.Information, "Waking {Count} open calls", EventName = "WakingCalls")]
    private partial void LogWaking(int count);

    [LoggerMessage(
        1102, LogLevel.Warning, "Call {CallId} could not be woken; left to the next sweep", EventName = "WakingCallFailed")]
    private partial void LogCallFailed(Exception exception, string callId);

    [LoggerMessage(1103, LogLevel.Warning, "At startup, {Work} failed; retrying", EventName = "StartWorkFailed")]
    private partial void LogRetry(Exception exception, string work);
}
