using System.Collections.Immutable;
using OrleansCalls.Webhooks;

namespace OrleansCalls.Tests.Simulation;

/// <summary>
/// An app's back end that is told of calls and asked before they ring; fails, is slow, is down, and does not like some calls.
/// </summary>
internal sealed class SimBackEnd(World world) : IWebhookSender, ICallAuthorizer
{
    public TimeSpan GiveUpAfter => TimeSpan.FromHours(24);

    public bool Asks => true;

    // A ring that somebody is to be told of is written; the others are told softly, and there must be both.
    public bool Wants(string type) => type != WebhookTypes.Ringing || world.Seed % 2 == 0;

    public async Task<WebhookResult> Send(WebhookEvent what)
    {
        world.Note($"webhook {what.Id}");
        world.Oracle.WebhookSent(what);
        if (world.Happens(world.Weather.BackEndSlow, "webhook_slow"))
            await Task.Delay(TimeSpan.FromSeconds(world.Between(0.1, 5)), world.Time);
        if (world.Happens(world.Weather.BackEndFails, "webhook_fails"))
            return new WebhookResult(
                WebhookOutcome.TryAgain, "http_500", world.Chance(0.2) ? TimeSpan.FromSeconds(world.Next(300)) : null);
        if (world.Happens(world.Weather.BackEndFails / 10, "webhook_refused"))
        {
            world.Oracle.WebhookDone(what);
            return new WebhookResult(WebhookOutcome.Refused, "http_400");
        }

        world.Oracle.WebhookDone(what);
        return world.Happens(world.Weather.BackEndFails, "webhook_taken_but_failed")
            ? new WebhookResult(WebhookOutcome.TryAgain, "timeout")
            : WebhookResult.Delivered;
    }

    public Task<ImmutableArray<string>> AskPresence(string readerId, ImmutableArray<string> userIds) => Task.FromResult(userIds);

    public async Task<CallError?> Ask(CallQuestion question)
    {
        if (world.Happens(world.Weather.BackEndSlow, "authorize_slow"))
            await Task.Delay(TimeSpan.FromSeconds(world.Between(0, 1)), world.Time);
        return world.Happens(world.Weather.BackEndFails / 5, "authorize_refused")
            ? new CallError { Code = world.Chance(0.5) ? CallErrorCode.Forbidden : CallErrorCode.Unavailable, Detail = "no" }
            : null;
    }
}
