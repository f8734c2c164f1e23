using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace OrleansCalls.History;

/// <summary>
/// Erases a user's data in an order in which no step restores what another has erased: open calls first, since they still
/// write, then what they have written. A repeated request continues after a failed step.
/// </summary>
public sealed partial class ErasureGrain : Grain, IErasureGrain
{
    private const int AtOnce = 16;
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Background _background;
    private ErasureStatus? _status;
    private string _alias = "";

    /// <summary>Called by Orleans.</summary>
    public ErasureGrain(TimeProvider time, ILogger<ErasureGrain> logger)
    {
        (_time, _logger) = (time, logger);
        _background = new Background(UserId, time, (work, exception) => LogRetry(exception, UserId, work));
    }

    private string UserId => this.GetPrimaryKeyString();

    private ICallDirectoryGrain Directory => GrainFactory.GetCallDirectory();

    private IUserGrain User => GrainFactory.GetUser(UserId);

    /// <inheritdoc/>
    public Task<ErasureStatus?> Get() => Task.FromResult(_status);

    /// <inheritdoc/>
    public Task<ErasureStatus> Start(string operatorId)
    {
        if (_status?.State != WorkState.Running)
        {
            LogStarted(UserId, operatorId);
            // Random, but the same in all calls, so that others can still distinguish erased users.
            _alias = $"erased-{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
            _status = new ErasureStatus { UserId = UserId, State = WorkState.Running, StartedAt = _time.GetUtcNow() };
            DelayDeactivation(Kept);
            _ = Run(operatorId);
        }

        return Task.FromResult(_status);
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _background.Stop();
        return Task.CompletedTask;
    }

    private async Task Run(string operatorId)
    {
        try
        {
            await Erase(operatorId);
            _status = _status! with { State = WorkState.Done, EndedAt = _time.GetUtcNow() };
            LogDone(UserId, _status.CallsEnded, _status.HistoryAnonymized, _status.HistoryDeleted);
        }
        catch (ErasureException failure)
        {
            _status = _status! with { State = WorkState.Failed, EndedAt = _time.GetUtcNow(), Error = failure.Message };
            LogFailed(UserId, failure.Message);
        }

        DelayDeactivation(Kept);
    }

    private async Task Erase(string operatorId)
    {
        var unsettled = await CallsOf(await Ask("the list of open calls", () => Directory.ListOpen(int.MaxValue)));
        await EndCalls(unsettled, operatorId);
        var first = await Ask("the erasure of the user", () => User.Erase());
        var kept = await CallsOf(first.CallIds.Union(unsettled.Select(call => call.CallId), StringComparer.Ordinal));
        await ForgetCalls(kept.Select(call => call.CallId));
        // By now all calls are in the history.
        var (late, called) = await PastCalls();
        await ForgetCalls(late);
        // Calls erased before they were written are not in the user's history, but their callees have missed calls of them.
        called.UnionWith(CalledBy(kept));
        await Each(called, async other =>
        {
            await GrainFactory.GetUser(other).ForgetCaller(UserId, _alias);
            return true;
        });
        await EraseHistory();
        // The end of a call may have stored more since.
        var last = await Ask("the erasure of the user", () => User.Erase());
        _status = _status! with
        {
            PushTokens = first.PushTokens + last.PushTokens,
            MissedCalls = first.MissedCalls + last.MissedCalls,
            IdKeptUntil = kept.Count == 0 && late.Count == 0 ? null : _time.GetUtcNow() + CallLimits.KeptAfterEnd,
        };
    }

    /// <summary>
    /// Returns the calls among these that the user is in. The directory lists ended calls, too, until their history is written:
    /// the user's grain may have moved and lost them.
    /// </summary>
    private async Task<List<Call>> CallsOf(IEnumerable<string> callIds)
    {
        var replies = await Each(callIds, callId => GrainFactory.GetCall(callId).Execute(new ReadCall()));
        return [.. replies.Select(reply => reply.Call).OfType<Call>()
            .Where(call => call.Caller.Id == UserId || call.Legs.Any(leg => leg.UserId == UserId))];
    }

    private async Task EndCalls(IEnumerable<Call> unsettled, string operatorId)
    {
        var known = (await Ask("a look at the user", () => User.Inspect())).OpenCalls.Select(open => open.CallId);
        var open = unsettled.Where(call => call.State != CallPhase.Ended).Select(call => call.CallId);
        var replies = await Each(
            known.Union(open, StringComparer.Ordinal),
            callId => GrainFactory.GetCall(callId).Execute(new EndByAdmin { OperatorId = operatorId }));
        // A rejection means that the user's grain has not received the call's end yet.
        _status = _status! with { CallsEnded = replies.Count(reply => reply.Succeeded) };
    }

    /// <summary>Returns the calls whose state is still stored, and all users whom the user has called.</summary>
    private async Task<(List<string> Late, HashSet<string> Called)> PastCalls()
    {
        var since = _time.GetUtcNow() - CallLimits.KeptAfterEnd;
        var (late, called) = (new List<string>(), new HashSet<string>(StringComparer.Ordinal));
        var query = new HistoryQuery { Limit = CallLimits.HistoryPage };
        while (true)
        {
            var page = await Ask("the user's history", () => User.GetHistory(query));
            late.AddRange(page.Items.Where(item => item.Call.EndedAt >= since).Select(item => item.Call.CallId));
            called.UnionWith(CalledBy(page.Items.Select(item => item.Call)));
            if (page.Next is null)
                return (late, called);
            query = query with { Before = page.Next };
        }
    }

    private IEnumerable<string> CalledBy(IEnumerable<Call> calls) =>
        calls.Where(call => call.Caller.Id == UserId).SelectMany(call => call.Legs).Select(leg => leg.UserId);

    private async Task ForgetCalls(IEnumerable<string> callIds)
    {
        if ((await Each(callIds, callId => GrainFactory.GetCall(callId).Forget(UserId, _alias))).Contains(false))
            throw new ErasureException("The user has begun a call meanwhile; ask again.");
    }

    private async Task EraseHistory()
    {
        while (true)
        {
            var started = _time.GetTimestamp();
            var some = await Ask("the erasure of history", () => Directory.EraseHistory(UserId, _alias));
            if (some.Anonymized + some.Deleted == 0)
                return;
            _status = _status! with
            {
                HistoryAnonymized = _status.HistoryAnonymized + some.Anonymized,
                HistoryDeleted = _status.HistoryDeleted + some.Deleted,
            };
            await _background.Pause(Pace.First.After(_time.GetElapsedTime(started)).Pause);
        }
    }

    /// <summary>Sends many requests in batches, with pauses between them.</summary>
    private async Task<List<T>> Each<T>(IEnumerable<string> ids, Func<string, Task<T>> ask)
    {
        List<T> answers = [];
        foreach (var some in ids.Chunk(AtOnce))
        {
            var started = _time.GetTimestamp();
            answers.AddRange(await Task.WhenAll(some.Select(id => Ask("a step of the erasure", () => ask(id)))));
            await _background.Pause(Pace.First.After(_time.GetElapsedTime(started)).Pause);
        }

        return answers;
    }

    private async Task<T> Ask<T>(string work, Func<Task<T>> ask)
    {
        T answer = default!;
        return await _background.UntilDoneOrGivenUp(work, async () => answer = await ask())
            ? answer
            : throw new ErasureException($"The erasure was given up at {work}; ask again.");
    }

    [LoggerMessage(1300, LogLevel.Information, "Erasure of {UserId} started by {OperatorId}", EventName = "ErasureStarted")]
    private partial void LogStarted(LoggedUser userId, LoggedUser operatorId);

    [LoggerMessage(1301, LogLevel.Information,
        "Erasure of {UserId} done: {Ended} calls ended, {Anonymized} past calls anonymized, {Deleted} deleted",
        EventName = "ErasureDone")]
    private partial void LogDone(LoggedUser userId, int ended, int anonymized, int deleted);

    [LoggerMessage(1302, LogLevel.Warning, "Erasure of {UserId} failed: {Reason}", EventName = "ErasureFailed")]
    private partial void LogFailed(LoggedUser userId, string reason);

    [LoggerMessage(1303, LogLevel.Warning, "Erasure of {UserId}: {Work} failed; retrying", EventName = "ErasureWorkFailed")]
    private partial void LogRetry(Exception exception, LoggedUser userId, string work);

    /// <summary>Aborts an erasure.</summary>
    private sealed class ErasureException(string message) : Exception(message);
}
