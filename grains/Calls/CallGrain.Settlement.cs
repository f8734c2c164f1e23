using OrleansCalls.History;
using OrleansCalls.Webhooks;

namespace OrleansCalls.Calls;

/// <content>
/// The settlement of an ended call. It is idempotent: after a crash the next activation repeats it until <see cref="Finish"/> has
/// written that nothing is left.
/// </content>
public sealed partial class CallGrain
{
    // Covers the last requests about a call, such as an end from an app that just received one. A longer time would hold
    // thousands of ended calls in memory.
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    // An ended call stays in memory this long for a webhook receiver that does not accept its events.
    private static readonly TimeSpan WebhookPatience = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan ForgetPatience = TimeSpan.FromSeconds(3);

    private Task _settlement = Task.CompletedTask;


    /// <summary>Settles the call outside of turns; the timer's next tick finishes it.</summary>
    private void Settle()
    {
        _stage = Stage.Settling;
        _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _settlement = SettleThenTick();
    }

    private async Task SettleThenTick()
    {
        if (await _background.UntilDone("the settlement", SettleOnce))
            ArmTimer(TimeSpan.Zero);
    }

    private async Task SettleOnce()
    {
        await _outbox.Drained();
        await _webhooks.Drained(WebhookPatience);
    }

    /// <summary>Ends the settlement, in a turn. Only webhook events may remain, and they wait until the call is woken.</summary>
    private async Task Finish()
    {
        if (!_outbox.IsEmpty)
        {
            Settle();
            return;
        }

        ReportNews();
        if (_webhooks.Count == 0)
        {
            await WriteAgain(wakeAt: null);
            _stage = Stage.Done;
            ArmTimer(Linger);
            return;
        }

        var sleep = WebhookRules.Sleep(Now - _call!.EndedAt!.Value);
        var asked = _webhooks.NextTry - Now;
        sleep = asked > sleep ? asked : sleep;
        await WriteAgain(Now + sleep);
        _stage = Stage.Done;
        _background.Stop();
        DeactivateOnIdle();
        LogWebhooksWait(CallId, _webhooks.Count, sleep.TotalSeconds);
    }

    /// <inheritdoc/>
    public async Task<bool> Forget(string userId, string alias)
    {
        ThrowIfUnknown();
        if (_call is null)
            return true;
        if (_call.Phase != CallPhase.Ended)
            return false;
        try
        {
            // This turn blocks all others, hence the short timeout.
            await _outbox.Drained().WaitAsync(ForgetPatience, _services.Time);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            throw Unavailable();
        }

        if (!_call.Erased.Any(erased => erased.UserId == userId))
        {
            // The back end has yet to receive the event, and identifies the user by the id only.
            _webhooks.Change(what => what with { Call = Erasure.Of(what.Call, userId, userId) });
            var without = Erasure.Of(_call, userId, alias);
            await Write(without, [], [], _stored.State.WakeAt);
            _call = without;
            _recent.Clear();
        }

        return true;
    }
}
