using System.Collections.Immutable;

namespace OrleansCalls.Users;

/// <summary>The durable state of one user: tokens, settings, missed calls. The rules are in <see cref="UserRules"/>.</summary>
internal sealed class UserAccount(UserContext context, IPersistentState<StoredUser> stored)
{
    private bool _resync;

    public StoredUser User => stored.State;

    public bool Exists => stored.RecordExists;

    /// <summary>When the last connection closed. Written with the next change only.</summary>
    public DateTimeOffset? LastSeen { get; set; }

    /// <summary>Changes the durable state. After a failed write the row is read again before the next one.</summary>
    /// <returns>Whether anything changed.</returns>
    public async Task<bool> Write(Func<StoredUser, StoredUser> change)
    {
        var before = User;
        try
        {
            if (_resync)
            {
                await stored.ReadStateAsync();
                _resync = false;
                before = User;
            }

            var after = change(before);
            if (after == before)
                return false;
            stored.State = after with { LastSeen = LastSeen };
            await stored.WriteStateAsync();
            ReleaseTokens(before.Tokens);
            return true;
        }
        catch (Exception exception)
        {
            throw NotWritten(exception, before);
        }
    }

    /// <summary>Deletes the durable state.</summary>
    /// <returns>The deleted state.</returns>
    public async Task<StoredUser> Erase()
    {
        var before = User;
        try
        {
            await stored.ReadStateAsync();
            before = User;
            if (stored.RecordExists)
                await stored.ClearStateAsync();
        }
        catch (Exception exception)
        {
            throw NotWritten(exception, before);
        }

        // The state in memory after a clear differs between storage providers.
        stored.State = new StoredUser();
        _resync = true;
        LastSeen = null;
        ReleaseTokens(before.Tokens);
        return before;
    }

    // The connections are worth more than the activation: keep it, and read the row again before the next write.
    private StorageUnavailableException NotWritten(Exception exception, StoredUser before)
    {
        stored.State = before;
        _resync = true;
        context.Services.Logger.WriteFailed(exception, context.UserId);
        return new StorageUnavailableException("The user's storage is unavailable; the command may be sent again.");
    }

    /// <summary>
    /// Releases the ownership of deleted tokens, outside of the turn: the token's grain calls users, and must not be awaited by
    /// one.
    /// </summary>
    private void ReleaseTokens(ImmutableArray<DeviceToken> before)
    {
        var kept = User.Tokens.Select(token => (token.Provider, token.Token));
        foreach (var gone in before.Where(token => !kept.Contains((token.Provider, token.Token))))
        {
            _ = context.Background.UntilDoneOrGivenUp("releasing a token", () =>
                context.Grains.GetPushToken(gone.Provider, gone.Token).Release(gone.Provider, gone.Token, context.UserId));
        }
    }
}
