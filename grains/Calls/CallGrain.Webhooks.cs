using System.Collections.Immutable;
using OrleansCalls.Webhooks;

namespace OrleansCalls.Calls;

/// <content>
/// The app's back end: asked before anything rings, sent what was written. Events lie in the call's own row until they are taken;
/// while a receiver is down for hours its calls sleep, and the row's wake time has them try again. </content>
public sealed partial class CallGrain
{
    // What a turn of this call has not put into the timeline yet.
    private readonly List<TimelineEntry> _news = [];

    private IWebhookSender Receiver => _services.Webhooks.Sender;

    private WebhookOutbox MakeWebhooks() => new(
        what => Receiver.Send(what with { Call = what.Call with { Metadata = _call!.Metadata } }),
        Receiver.GiveUpAfter, _services.Webhooks.Metrics, _services.Time, _background, WebhookTold);

    private async Task<CallError?> Authorize(Decision decision) =>
        decision.Question is { } question && _services.Webhooks.Authorizer is { Asks: true } authorizer
            ? await authorizer.Ask(question)
            : null;

    private void LoadWebhooks() =>
        _webhooks.Add((_stored.State.Call!.Webhooks ?? []).RemoveAll(what => !Receiver.Wants(what.Type)));

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
            LogWebhookLost(CallId, what.Id, Words.Snake(result.Outcome), result.Error);
        _news.Add(new TimelineEntry { At = Now, What = word, UserId = what.UserId, Detail = detail });
    }

    private void UserAway(string userId) => _news.Add(new TimelineEntry { At = Now, What = "user_away", UserId = userId });

    /// <summary>
    /// Puts what happened beside the turns into the timeline; never while a decision about the call is being written.
    /// </summary>
    private void ReportNews()
    {
        if (_news.Count == 0 || _call is null)
            return;
        Record([.. _news]);
        _news.Clear();
    }
}
