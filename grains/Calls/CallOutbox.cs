namespace OrleansCalls.Calls;

/// <summary>
/// Brings news to users, in order for each user, again until it is taken; never in the way of the call's own turn. Runs on the
/// scheduler of the grain that owns it.
/// </summary>
internal sealed class CallOutbox(Func<string, IUserGrain> users, TimeProvider time, Action<Exception> failed)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, Queue<UserNotice>> _queues = [];
    private TaskCompletionSource? _drained;
    private bool _stopped;

    /// <summary>News that must be sent again by the next activation if this one does not come to it.</summary>
    public IEnumerable<UserNotice> Unsent => _queues.Values.SelectMany(queue => queue).Where(MustSurvive);

    /// <summary>Rings are made anew from the state, and signals may be lost with the process; everything else must arrive.</summary>
    public static bool MustSurvive(UserNotice notice) =>
        notice.Missed is not null || notice.Call is null
        || notice.Events.Any(envelope => envelope.Event is not (CallIncoming or SignalReceived));

    public void Add(UserNotice notice)
    {
        if (_queues.TryGetValue(notice.UserId, out var queue))
        {
            queue.Enqueue(notice);
            return;
        }

        _queues.Add(notice.UserId, queue = new Queue<UserNotice>());
        queue.Enqueue(notice);
        _ = Send(notice.UserId, queue);
    }

    public void Stop()
    {
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

    private async Task Send(string userId, Queue<UserNotice> queue)
    {
        var wait = FirstRetry;
        while (!_stopped && queue.TryPeek(out var notice))
        {
            try
            {
                await users(userId).Notify(StillTrue(notice, queue));
                queue.Dequeue();
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
    private static UserNotice StillTrue(UserNotice notice, Queue<UserNotice> queue) =>
        queue.Any(later => later.Call is null)
            ? notice with { Events = notice.Events.RemoveAll(envelope => envelope.Event is CallIncoming) }
            : notice;
}
