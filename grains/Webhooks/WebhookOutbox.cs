using System.Collections.Immutable;

namespace OrleansCalls.Webhooks;

/// <summary>
/// Sends the events of one call in order, each until it is delivered, rejected or too old, without delaying the call's own
/// turns. Runs on the scheduler of its grain for the grain's lifetime.
/// </summary>
public sealed class WebhookOutbox
{
    private readonly Func<WebhookEvent, Task<WebhookResult>> _send;
    private readonly TimeSpan _giveUpAfter;
    private readonly WebhookMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly Background _background;
    private readonly Action<WebhookEvent, WebhookResult> _onResult;
    private readonly Queue<WebhookEvent> _events = new();
    private TaskCompletionSource? _drained;
    private bool _running;

    /// <param name="send">Sends one event.</param>
    /// <param name="giveUpAfter">Age at which an event is given up.</param>
    /// <param name="metrics">Records results and undelivered events.</param>
    /// <param name="time">The clock.</param>
    /// <param name="background">Its lifetime is the outbox's; a pending request may still arrive after it.</param>
    /// <param name="onResult">Receives the first failure and the final result of each event.</param>
    public WebhookOutbox(
        Func<WebhookEvent, Task<WebhookResult>> send, TimeSpan giveUpAfter, WebhookMetrics metrics, TimeProvider time,
        Background background,
        Action<WebhookEvent, WebhookResult> onResult)
    {
        ArgumentNullException.ThrowIfNull(background);
        (_send, _giveUpAfter, _metrics, _time, _background, _onResult) = (send, giveUpAfter, metrics, time, background, onResult);
        background.Lifetime.Register(() => metrics.Pending(-_events.Count));
    }

    /// <summary>The undelivered events, oldest first.</summary>
    public ImmutableArray<WebhookEvent> Unsent => [.. _events];

    /// <summary>The number of undelivered events.</summary>
    public int Count => _events.Count;

    /// <summary>When the oldest event is retried.</summary>
    public DateTimeOffset NextTry { get; private set; }

    /// <summary>Adds stored events, and starts to send them.</summary>
    public void Add(ImmutableArray<WebhookEvent> events)
    {
        foreach (var what in events)
            _events.Enqueue(what);
        if (_background.Lifetime.IsCancellationRequested)
            return;
        _metrics.Pending(events.Length);
        if (!_running && _events.Count > 0)
            _ = Run();
    }

    /// <summary>Changes undelivered events; a pending request is not affected.</summary>
    public void Change(Func<WebhookEvent, WebhookEvent> change)
    {
        for (var left = _events.Count; left > 0; left--)
            _events.Enqueue(change(_events.Dequeue()));
    }

    /// <summary>
    /// Waits until everything is sent. Returns false when that takes longer than <paramref name="patience"/>; cancelled when
    /// the lifetime ends first.
    /// </summary>
    public async Task<bool> Drained(TimeSpan patience)
    {
        if (_events.Count == 0)
            return true;
        _drained ??= new TaskCompletionSource();
        try
        {
            await _drained.Task.WaitAsync(patience, _time, _background.Lifetime);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task Run()
    {
        _running = true;
        var failures = 0;
        while (!_background.Lifetime.IsCancellationRequested && _events.TryPeek(out var what))
        {
            var result = await Try(what);
            if (result.Outcome == WebhookOutcome.TryAgain && _time.GetUtcNow() - what.CreatedAt >= _giveUpAfter)
                result = result with { Outcome = WebhookOutcome.GivenUp };
            _metrics.Result(what.Type, EnumNames.Snake(result.Outcome));
            if (result.Outcome != WebhookOutcome.TryAgain)
            {
                failures = 0;
                _events.Dequeue();
                if (!_background.Lifetime.IsCancellationRequested)
                    _metrics.Pending(-1);
                _onResult(what, result);
                continue;
            }

            // Further failures of the same event are not reported.
            if (++failures == 1)
                _onResult(what, result);
            // Added to the receiver's Retry-After, so that calls do not retry at the same moment.
            var wait = WebhookRules.Retry.Wait(what.Call.CallId, failures) + (result.RetryAfter ?? TimeSpan.Zero);
            NextTry = _time.GetUtcNow() + wait;
            await _background.Pause(wait);
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
            return await _send(what);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // An exception from the sender must not stop this call's outbox.
            return new WebhookResult(WebhookOutcome.TryAgain, "internal");
        }
    }
}
