using OrleansCalls.History;

namespace OrleansCalls.Calls;

/// <content>A party who wants to be forgotten.</content>
public sealed partial class CallGrain
{
    private static readonly TimeSpan ForgetPatience = TimeSpan.FromSeconds(3);

    private Task _endedWrite = Task.CompletedTask;

    /// <inheritdoc/>
    public async Task<bool> Forget(string userId, string alias)
    {
        ThrowIfAbandoned();
        if (_call is null)
            return true;
        if (_call.Phase != CallPhase.Ended)
            return false;
        try
        {
            // In a turn that others wait behind, so not for long.
            await _outbox.Drained().WaitAsync(ForgetPatience, _services.Time);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            throw Unavailable();
        }

        if (!_call.Erased.Any(erased => erased.UserId == userId))
        {
            // The app's back end is still owed the event, and knows the user by nothing but the id.
            _webhooks.Change(what => what with { Call = Erasure.Of(what.Call, userId, userId) });
            await WriteEnded(call => Erasure.Of(call, userId, alias), keepNews: false);
            _recent.Clear();
        }

        await WriteHistory();
        return true;
    }

    /// <summary>Writes a call that has ended. No command's turn does that any more, so that two who do must wait for each other.</summary>
    private Task WriteEnded(Func<CallState, CallState> change, bool keepNews) => _endedWrite = WriteAfter(_endedWrite, change, keepNews);

    private async Task WriteAfter(Task before, Func<CallState, CallState> change, bool keepNews)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        ThrowIfAbandoned();
        var call = _call!;
        var next = change(call);
        await Write(next, keepNews ? _stored.State.Call?.Outbox ?? [] : [], []);
        if (!ReferenceEquals(call, next))
            _call = next;
    }
}
