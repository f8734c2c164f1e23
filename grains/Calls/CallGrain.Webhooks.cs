using System.Collections.Immutable;
using OrleansCalls.Webhooks;

namespace OrleansCalls.Calls;

/// <content>
/// The app's back end: asked before anything rings, told of what was written. Events lie in the call's own row until they are taken; a
/// receiver that is down for hours finds the calls asleep, and the index of open calls wakes them to try again.
/// </content>
public sealed partial class CallGrain
{
    // As long as this an ended call waits in memory for a receiver that does not take its events.
    private static readonly TimeSpan WebhookPatience = TimeSpan.FromMinutes(1);

    private readonly List<TimelineEntry> _webhookNews = [];
    private int _webhooksKept;
    private bool _tidying;

    private IWebhookSender Receiver => _services.Webhooks.Sender;

    private WebhookOutbox MakeWebhooks() => new(
        what => Receiver.Send(what with { Call = what.Call with { Metadata = _call!.Metadata } }),
        Receiver.GiveUpAfter, _services.Webhooks.Metrics, _services.Time, WebhookTold);

    private async Task<CallError?> Authorize(Decision decision) =>
        decision.Question is { } question && _services.Webhooks.Authorizer is { Asks: true } authorizer
            ? await authorizer.Ask(question)
            : null;

    private void LoadWebhooks()
    {
        var kept = _call!.Webhooks ?? [];
        _webhooksKept = kept.Length;
        _webhooks.Add(kept.RemoveAll(what => !Receiver.Wants(what.Type)));
    }

    private ImmutableArray<WebhookEvent> Owed(CallState? before, Decision decision, DateTimeOffset decidedAt)
    {
        var owed = WebhookRules.Owed(before, decision, decidedAt, Receiver.Wants);
        var kept = WebhookRules.Kept(owed, _webhooks.Count);
        foreach (var dropped in owed.RemoveRange(kept))
        {
            _services.Webhooks.Metrics.Result(dropped.Type, Words.Snake(WebhookOutcome.Dropped));
            WebhookTold(dropped, new WebhookResult(WebhookOutcome.Dropped));
        }

        return kept;
    }

    private void WebhookTold(WebhookEvent what, WebhookResult result)
    {
        var (word, detail) = result.Outcome switch
        {
            WebhookOutcome.Delivered => ("webhook_sent", what.Type),
            WebhookOutcome.TryAgain => ("webhook_failed", $"{what.Type} {result.Error}"),
            WebhookOutcome.Refused => ("webhook_refused", $"{what.Type} {result.Error}"),
            WebhookOutcome.GivenUp => ("webhook_given_up", $"{what.Type} {result.Error}"),
            WebhookOutcome.Dropped => ("webhook_dropped", what.Type),
        };
        if (result.Outcome is WebhookOutcome.Refused or WebhookOutcome.GivenUp or WebhookOutcome.Dropped)
            LogWebhookLost(CallId, what.Id, result.Outcome, result.Error);
        _webhookNews.Add(new TimelineEntry { At = Now, What = word, UserId = what.UserId, Detail = detail });
    }

    /// <summary>Puts what became of events into the timeline; never while a decision about the call is being written.</summary>
    private void ReportWebhooks()
    {
        if (_webhookNews.Count == 0 || _call is null)
            return;
        _ = Report([.. _webhookNews]);
        _webhookNews.Clear();
    }

    /// <summary>
    /// The call has ended. Waits a while for its events to be taken, and writes what is left of them.
    /// </summary>
    /// <returns>False when the call is to be left alone for now: it is woken later.</returns>
    private async Task<bool> SettleWebhooks()
    {
        if (_webhooks.Count == 0 && _webhooksKept == 0)
            return true;
        _webhooks.Resume();
        var drained = await _webhooks.Drained(WebhookPatience);
        if (_gone || _abandoned)
            return false;
        await Tidy();
        if (drained)
            return true;

        _webhooks.Stop();
        var sleep = WebhookRules.Sleep(Now - _call!.EndedAt!.Value);
        var asked = _webhooks.NextTry - Now;
        sleep = asked > sleep ? asked : sleep;
        await _services.OpenCalls.Keep(CallId, Now + sleep);
        LogWebhooksWait(CallId, _webhooks.Count, sleep.TotalSeconds);
        DeactivateOnIdle();
        return false;
    }

    /// <summary>Writes the ended call without the events that are taken, so that it does not send them again.</summary>
    private async Task Tidy()
    {
        ReportWebhooks();
        if (_webhooksKept == _webhooks.Count && !_reported)
            return;
        _tidying = true;
        try
        {
            await WriteEnded(call => call, keepNews: true);
        }
        finally
        {
            _tidying = false;
        }
    }
}
