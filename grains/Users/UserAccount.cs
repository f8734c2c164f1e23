using System.Collections.Immutable;

namespace OrleansCalls.Users;

/// <summary>The durable part of one user: tokens, settings, missed calls. The rules are in <see cref="UserRules"/>.</summary>
internal sealed class UserAccount(UserContext context, IPersistentState<StoredUser> stored)
{
    private bool _resync;

    public StoredUser User => stored.State;

    public bool Exists => stored.RecordExists;

    /// <summary>When the last connection went. Written with the next change only.</summary>
    public DateTimeOffset? LastSeen { get; set; }

    /// <summary>Changes what is durable. After a failed write the table is read again before the next one.</summary>
    /// <returns>Whether there was anything to change.</returns>
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

    /// <summary>Deletes all of it.</summary>
    /// <returns>What there was.</returns>
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

        // What is in memory after a clear differs from provider to provider.
        stored.State = new StoredUser();
        _resync = true;
        LastSeen = null;
        ReleaseTokens(before.Tokens);
        return before;
    }

    // The connections are worth more than the activation: keep both, and believe the table next time.
    private StorageUnavailableException NotWritten(Exception exception, StoredUser before)
    {
        stored.State = before;
        _resync = true;
        context.Services.Logger.WriteFailed(exception, context.UserId);
        return new StorageUnavailableException("The user's storage is unavailable; the command may be sent again.");
    }

    /// <summary>
    /// Tokens that are gone have no owner any more. Told beside the turn: who owns a token asks users, and must not wait for one.
    /// </summary>
    private void ReleaseTokens(ImmutableArray<DeviceToken> before)
    {
        var kept = User.Tokens.Select(token => (token.Provider, token.Token));
        foreach (var gone in before.Where(token => !kept.Contains((token.Provider, token.Token))))
        {
            _ = context.Background.UntilDoneOrGivenUp("the release of a token", () =>
                context.Grains.GetPushToken(gone.Provider, gone.Token).Release(gone.Provider, gone.Token, context.UserId));
        }
    }
}
