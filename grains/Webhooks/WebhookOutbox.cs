using System.Collections.Immutable;

namespace OrleansCalls.Webhooks;

/// <summary>
/// Sends the events of one call in their order, each again until it is taken, refused or too old; never in the way of the call's own
/// turn. Runs on the scheduler of the grain that owns it.
/// </summary>
public sealed class WebhookOutbox(
    Func<WebhookEvent, Task<WebhookResult>> send, TimeSpan giveUpAfter, WebhookMetrics metrics, TimeProvider time,
    Action<WebhookEvent, WebhookResult> told)
{
    private readonly Queue<WebhookEvent> _events = new();
    private TaskCompletionSource? _drained;
    private TaskCompletionSource _stop = new();
    private bool _running;
    private bool _stopped;

    /// <summary>Events that are not taken yet, oldest first.</summary>
    public ImmutableArray<WebhookEvent> Unsent => [.. _events];

    /// <summary>How many they are.</summary>
    public int Count => _events.Count;

    /// <summary>When the oldest is tried next.</summary>
    public DateTimeOffset NextTry { get; private set; }

    /// <summary>Adds events that are written, and begins to send them.</summary>
    public void Add(ImmutableArray<WebhookEvent> events)
    {
        foreach (var what in events)
            _events.Enqueue(what);
        if (_stopped)
            return;
        metrics.Pending(events.Length);
        Start();
    }

    /// <summary>Changes what is not taken yet; what is under way arrives as it was.</summary>
    public void Change(Func<WebhookEvent, WebhookEvent> change)
    {
        for (var left = _events.Count; left > 0; left--)
            _events.Enqueue(change(_events.Dequeue()));
    }

    /// <summary>Sends no more; what is under way may still arrive.</summary>
    public void Stop()
    {
        if (_stopped)
            return;
        _stopped = true;
        _stop.TrySetResult();
        metrics.Pending(-_events.Count);
    }

    /// <summary>Sends on after a <see cref="Stop"/>.</summary>
    public void Resume()
    {
        if (!_stopped)
            return;
        _stopped = false;
        _stop = new TaskCompletionSource();
        metrics.Pending(_events.Count);
        Start();
    }

    /// <summary>Waits until nothing is left to send. False when that takes longer than <paramref name="patience"/>.</summary>
    public async Task<bool> Drained(TimeSpan patience)
    {
        if (_events.Count == 0)
            return true;
        _drained ??= new TaskCompletionSource();
        try
        {
            await _drained.Task.WaitAsync(patience, time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private void Start()
    {
        if (!_running && _events.Count > 0)
            _ = Run();
    }

    private async Task Run()
    {
        _running = true;
        var failures = 0;
        while (!_stopped && _events.TryPeek(out var what))
        {
            var result = await Try(what);
            if (result.Outcome == WebhookOutcome.TryAgain && time.GetUtcNow() - what.CreatedAt >= giveUpAfter)
                result = result with { Outcome = WebhookOutcome.GivenUp };
            metrics.Result(what.Type, Words.Snake(result.Outcome));
            if (result.Outcome != WebhookOutcome.TryAgain)
            {
                failures = 0;
                _events.Dequeue();
                if (!_stopped)
                    metrics.Pending(-1);
                told(what, result);
                continue;
            }

            // Each further failure of the same event is the same news.
            if (++failures == 1)
                told(what, result);
            // On top of what the receiver asks for, so that not all calls come back in the same moment.
            var wait = WebhookRules.Wait(what.Call.CallId, failures) + (result.RetryAfter ?? TimeSpan.Zero);
            NextTry = time.GetUtcNow() + wait;
            // A call that leaves memory must not be held there by a wait of an hour.
            await Task.WhenAny(Task.Delay(wait, time), _stop.Task);
        }

        _running = false;
        if (_events.Count > 0)
            return;
        var drained = _drained;
        _drained = null;
        drained?.TrySetResult();
    }

    private async Task<WebhookResult> Try(WebhookEvent what)
    {
        try
        {
            return await send(what);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // A sender that breaks its word must not end all sending of this call.
            return new WebhookResult(WebhookOutcome.TryAgain, "internal");
        }
    }
}
