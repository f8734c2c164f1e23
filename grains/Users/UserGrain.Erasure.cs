using OrleansCalls.History;

namespace OrleansCalls.Users;

/// <content>A user who wants to be forgotten.</content>
public sealed partial class UserGrain
{
    /// <inheritdoc/>
    public async Task<UserErasure> Erase()
    {
        var before = User;
        try
        {
            await _stored.ReadStateAsync();
            before = User;
            if (_stored.RecordExists)
                await _stored.ClearStateAsync();
        }
        catch (Exception exception)
        {
            throw NotWritten(exception, before);
        }

        // What is in memory after a clear differs from provider to provider.
        _stored.State = new StoredUser();
        _resync = true;
        _lastSeen = null;
        _ends.Clear();
        ReleaseTokens(before, User);
        return new UserErasure
        {
            PushTokens = before.Tokens.Length, MissedCalls = before.Missed.Length, CallIds = [.. _calls.KnownIds],
        };
    }

    /// <inheritdoc/>
    public Task ForgetCaller(string callerId, string alias)
    {
        _ends.Clear();
        return Write(user => Erasure.Of(user, callerId, alias));
    }
}
