using System.Collections.Immutable;
using System.Diagnostics;

namespace OrleansCalls.Calls;

/// <summary>
/// Brings news to users, in order for each user, again until it is taken; never in the way of the call's own turn. Runs on the
/// scheduler of the grain that owns it.
/// </summary>
/// <param name="users">The way to a user.</param>
/// <param name="time">The clock.</param>
/// <param name="failed">Hears of each try that failed.</param>
/// <param name="taken">Hears of each notice that was taken, with what was given to <see cref="Add"/> and what is known of its deliveries.</param>
/// <param name="metrics">Counts what waits.</param>
internal sealed class CallOutbox(
    Func<string, IUserGrain> users, TimeProvider time, Action<Exception> failed, Action<UserNotice, long, ImmutableArray<TimelineEntry>> taken, CallMetrics metrics)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, Queue<Waiting>> _queues = [];
    private TaskCompletionSource? _drained;
    private bool _stopped;

    /// <summary>News that must be sent again by the next activation if this one does not come to it.</summary>
    public IEnumerable<UserNotice> Unsent => _queues.Values.SelectMany(queue => queue).Select(waiting => waiting.Notice).Where(MustSurvive);

    /// <summary>Rings are made anew from the state, and signals may be lost with the process; everything else must arrive.</summary>
    public static bool MustSurvive(UserNotice notice) =>
        notice.Missed is not null || notice.Call is null
        || notice.Events.Any(envelope => envelope.Event is not (CallIncoming or SignalReceived));

    /// <summary>Sends a notice after those that wait for the same user.</summary>
    /// <param name="notice">The notice.</param>
    /// <param name="arrivedAt">When the command behind it came, as a timestamp; 0 when there is none.</param>
    public void Add(UserNotice notice, long arrivedAt = 0)
    {
        metrics.Outbox(1);
        var waiting = new Waiting(notice, arrivedAt, CallTrace.Here);
        if (_queues.TryGetValue(notice.UserId, out var queue))
        {
            queue.Enqueue(waiting);
            return;
        }

        _queues.Add(notice.UserId, queue = new Queue<Waiting>());
        queue.Enqueue(waiting);
        _ = Send(notice.UserId, queue);
    }

    public void Stop()
    {
        if (!_stopped)
            metrics.Outbox(-_queues.Values.Sum(queue => queue.Count));
        _stopped = true;
        _drained?.TrySetCanceled();
    }

    /// <summary>Completes when nothing is left to send.</summary>
    public Task Drained()
    {
        if (_queues.Count == 0)
            return Task.CompletedTask;
        return (_drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    private async Task Send(string userId, Queue<Waiting> queue)
    {
        var wait = FirstRetry;
        while (!_stopped && queue.TryPeek(out var waiting))
        {
            try
            {
                ImmutableArray<TimelineEntry> delivered;
                using (CallTrace.Continue(waiting.Cause, "call.tell", waiting.Notice.CallId, userId))
                    delivered = await users(userId).Notify(StillTrue(waiting.Notice, queue));
                queue.Dequeue();
                if (!_stopped)
                    metrics.Outbox(-1);
                taken(waiting.Notice, waiting.ArrivedAt, delivered);
                wait = FirstRetry;
            }
            catch (Exception exception)
            {
                failed(exception);
                await Task.Delay(wait, time);
                wait = wait * 2 < LongestRetry ? wait * 2 : LongestRetry;
            }
        }

        if (_stopped)
            return;
        _queues.Remove(userId);
        if (_queues.Count == 0)
        {
            _drained?.TrySetResult();
            _drained = null;
        }
    }

    /// <summary>A ring that was held up must not go out when the end is waiting right behind it.</summary>
    private static UserNotice StillTrue(UserNotice notice, Queue<Waiting> queue) =>
        queue.Any(later => later.Notice.Call is null)
            ? notice with { Events = notice.Events.RemoveAll(envelope => envelope.Event is CallIncoming) }
            : notice;

    private readonly record struct Waiting(UserNotice Notice, long ArrivedAt, ActivityContext Cause);
}
