using System.Collections.Immutable;
using OrleansCalls.Webhooks;

namespace OrleansCalls.Calls;

/// <content>
/// The app's back end: authorizes the call before anything rings, and receives its events once they are written. Undelivered
/// events are stored in the call's row. While a receiver is down for hours its calls are deactivated, and the row's wake time
/// triggers the retry.
/// </content>
public sealed partial class CallGrain
{
    // Timeline entries that no turn of this call has recorded yet.
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

    private ImmutableArray<WebhookEvent> EventsOf(CallState? before, Decision decision, DateTimeOffset decidedAt)
    {
        var events = WebhookRules.EventsOf(before, decision, decidedAt, Receiver.Wants);
        var kept = WebhookRules.Kept(events, _webhooks.Count);
        foreach (var dropped in events.RemoveRange(kept))
        {
            _services.Webhooks.Metrics.Result(dropped.Type, EnumNames.Snake(WebhookOutcome.Dropped));
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
            LogWebhookLost(CallId, what.Id, EnumNames.Snake(result.Outcome), result.Error);
        _news.Add(new TimelineEntry { At = Now, What = word, UserId = what.UserId, Detail = detail });
    }

    private void UserAway(string userId) => _news.Add(new TimelineEntry { At = Now, What = "user_away", UserId = userId });

    /// <summary>Records the pending entries in the timeline; never called while a decision is being written.</summary>
    private void ReportNews()
    {
        if (_news.Count == 0 || _call is null)
            return;
        Record([.. _news]);
        _news.Clear();
    }
}
