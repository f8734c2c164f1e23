using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansCalls;

/// <summary>
/// Wakes open calls: this silo's share when it starts or another one dies, so that they go on ringing or end as their deadlines say, and
/// for <see cref="SweepGrain"/> those whose wake time has come.
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

    /// <summary>Made by the container.</summary>
    public OpenCallWaker(IOpenCallIndex index, IClusterMembers members, IGrainFactory grains, TimeProvider time, ILogger<OpenCallWaker> logger)
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

    /// <summary>Wakes this silo's share of the open calls. The silos that are up share them among themselves, by the ids.</summary>
    public async Task WakeShare()
    {
        var living = _members.All.Where(member => member.Status == "active" || member.Address == _members.Me).Select(member => member.Address).ToArray();
        var mine = Array.IndexOf(living, _members.Me);
        var open = (await _index.List(int.MaxValue)).RemoveAll(callId => StableHash.Of(callId) % living.Length != mine);
        if (!open.IsEmpty)
            LogWaking(open.Length);
        await Wake(open);
    }

    /// <summary>Wakes these calls, some at a time; one that fails holds up no other, and waits for the next sweep.</summary>
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
        await _background.UntilDone("the waking of open calls", WakeShare);
        await _background.UntilDone("the reminder of the sweep", () => _grains.GetSweep().Begin());
    }

    [LoggerMessage(1100, LogLevel.Information, "Waking {Count} open calls", EventName = "WakingCalls")]
    private partial void LogWaking(int count);

    [LoggerMessage(1102, LogLevel.Warning, "Call {CallId} could not be woken; the next sweep will", EventName = "WakingCallFailed")]
    private partial void LogCallFailed(Exception exception, string callId);

    [LoggerMessage(1103, LogLevel.Warning, "At the start of this silo, {Work} failed and is tried again", EventName = "StartWorkFailed")]
    private partial void LogRetry(Exception exception, string work);
}
