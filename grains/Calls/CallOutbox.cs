using System.Collections.Immutable;
using System.Diagnostics;

namespace OrleansCalls.Calls;

/// <summary>
/// Sends notices to users' grains outside of the call's turns, in order per user, with retries until they are delivered. Runs on
/// the scheduler of the owning grain.
/// </summary>
internal sealed class CallOutbox
{
    private readonly Func<string, IUserGrain> _users;
    private readonly SignalRoutes _routes;
    private readonly Background _background;
    private readonly Action<UserNotice, long, ImmutableArray<TimelineEntry>> _delivered;
    private readonly Action<string> _away;
    private readonly CallMetrics _metrics;
    private readonly Dictionary<string, Queue<Waiting>> _queues = [];
    private TaskCompletionSource? _drained;

    /// <param name="users">Sends a notice to a user's grain.</param>
    /// <param name="routes">The direct routes of signals.</param>
    /// <param name="background">Runs the retries; the outbox ends with its lifetime.</param>
    /// <param name="delivered">
    /// Receives each delivered notice with the timestamp given to <see cref="Add"/> and its known deliveries.
    /// </param>
    /// <param name="away">Receives the user of a notice whose first attempt has failed.</param>
    /// <param name="metrics">Counts the pending notices.</param>
    public CallOutbox(
        Func<string, IUserGrain> users, SignalRoutes routes, Background background,
        Action<UserNotice, long, ImmutableArray<TimelineEntry>> delivered, Action<string> away, CallMetrics metrics)
    {
        (_users, _routes, _background, _delivered, _away, _metrics) = (users, routes, background, delivered, away, metrics);
        background.Lifetime.Register(Stop);
    }

    /// <summary>Whether everything is delivered.</summary>
    public bool IsEmpty => _queues.Count == 0;

    /// <summary>Undelivered notices that the next activation must send if this one does not.</summary>
    public IEnumerable<UserNotice> Unsent => IsEmpty
        ? []
        : _queues.Values.SelectMany(queue => queue).Select(waiting => waiting.Notice).Where(MustSurvive);

    /// <summary>
    /// Returns true if a notice must be stored. Rings are created again from the state, and signals may be lost with the process.
    /// </summary>
    public static bool MustSurvive(UserNotice notice) =>
        notice.Missed is not null || notice.Call is null
        || notice.Events.Any(envelope => envelope.Event is not (CallIncoming or SignalReceived));

    /// <summary>Enqueues a notice behind those pending for the same user.</summary>
    /// <param name="notice">The notice.</param>
    /// <param name="arrivedAt">The timestamp of the command that caused it; 0 if there is none.</param>
    public void Add(UserNotice notice, long arrivedAt = 0)
    {
        _metrics.Outbox(1);
        var waiting = new Waiting(_routes.Numbered(notice), arrivedAt, CallTrace.Here);
        if (_queues.TryGetValue(notice.UserId, out var queue))
        {
            queue.Enqueue(waiting);
            return;
        }

        _queues.Add(notice.UserId, queue = new Queue<Waiting>(1));
        queue.Enqueue(waiting);
        _ = Send(notice.UserId, queue);
    }

    /// <summary>Completes when the outbox is empty; cancelled when the lifetime ends first.</summary>
    public Task Drained()
    {
        if (_background.Lifetime.IsCancellationRequested)
            return Task.FromCanceled(_background.Lifetime);
        return IsEmpty
            ? Task.CompletedTask
            : (_drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    private void Stop()
    {
        _metrics.Outbox(-_queues.Values.Sum(queue => queue.Count));
        _drained?.TrySetCanceled(_background.Lifetime);
    }

    private async Task Send(string userId, Queue<Waiting> queue)
    {
        while (queue.TryPeek(out var waiting))
        {
            ImmutableArray<TimelineEntry> delivered;
            try
            {
                delivered = await Deliver(userId, waiting, queue);
            }
            catch (Exception exception)
            {
                if (await Repeat(userId, waiting, queue, exception) is not { } late)
                    return;
                delivered = late;
            }

            if (_background.Lifetime.IsCancellationRequested)
                return;
            queue.Dequeue();
            _metrics.Outbox(-1);
            _delivered(waiting.Notice, waiting.ArrivedAt, delivered);
        }

        _queues.Remove(userId);
        if (!IsEmpty)
            return;
        _drained?.TrySetResult();
        _drained = null;
    }

    /// <summary>All attempts after the first, which nearly always succeeds. Returns null when the lifetime ended.</summary>
    private async Task<ImmutableArray<TimelineEntry>?> Repeat(
        string userId, Waiting waiting, Queue<Waiting> queue, Exception first)
    {
        if (_background.Lifetime.IsCancellationRequested)
            return null;
        _away(userId);
        ImmutableArray<TimelineEntry> delivered = [];
        return await _background.UntilDone(
            "a notice to a user", async () => delivered = await Deliver(userId, waiting, queue), first) ? delivered : null;
    }

    private async Task<ImmutableArray<TimelineEntry>> Deliver(string userId, Waiting waiting, Queue<Waiting> queue)
    {
        using var span = CallTrace.Continue(waiting.Cause, "call.tell", waiting.Notice.CallId, userId);
        if (await _routes.TrySend(waiting.Notice))
            return [];
        var delivered = await _users(userId).Notify(StillTrue(waiting.Notice, queue));
        _routes.Notified(waiting.Notice);
        return delivered;
    }

    /// <summary>Removes a delayed ring whose end is queued behind it.</summary>
    private static UserNotice StillTrue(UserNotice notice, Queue<Waiting> queue) =>
        queue.Count > 1 && queue.Any(later => later.Notice.Call is null)
            ? notice with { Events = notice.Events.RemoveAll(envelope => envelope.Event is CallIncoming) }
            : notice;

    private readonly record struct Waiting(UserNotice Notice, long ArrivedAt, ActivityContext Cause);
}
