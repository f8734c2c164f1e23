using OrleansCalls.History;

namespace OrleansCalls.Calls;

/// <content>A party who wants to be forgotten.</content>
public sealed partial class CallGrain
{
    /// <inheritdoc/>
    public async Task<bool> Forget(string userId, string alias)
    {
        ThrowIfAbandoned();
        if (_call is null)
            return true;
        if (_call.Phase != CallPhase.Ended)
            return false;
        await _outbox.Drained();
        if (!_call.Erased.Any(erased => erased.UserId == userId))
        {
            var next = Erasure.Of(_call, userId, alias) with { Outbox = [] };
            await Write(next);
            _call = next;
            _recent.Clear();
        }

        await WriteHistory();
        return true;
    }
}
