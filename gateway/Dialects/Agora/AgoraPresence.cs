namespace OrleansCalls.Gateway.Dialects.Agora;

/// <summary>
/// Clients of this dialect used to receive the presence of all users. Now a device watches the users in the last page of its
/// user's history and of calls since then; at most the latest 200.
/// </summary>
public sealed class AgoraPresence(PresenceService presence, UserCommands users, ILogger<AgoraPresence> log)
{
    /// <summary>Watches these users on behalf of a device.</summary>
    public void Watch(DialectSession session, IReadOnlyList<string> userIds) => _ = Try(session, () => Task.FromResult(userIds));

    /// <summary>Watches the users in the user's history on behalf of a device.</summary>
    public void WatchPast(DialectSession session) => _ = Try(session, async () =>
    {
        var past = await users.GetHistory(session.Actor, new HistoryRequest { Limit = CallLimits.HistoryPage });
        return [.. past.Items.SelectMany(
            call => call.Legs.Select(leg => leg.UserId).Append(call.Caller?.Id ?? session.Actor.UserId))
            .Where(userId => userId != session.Actor.UserId).Distinct().Take(CallLimits.WatchedUsers)
            // Newest last: at the limit the oldest watches are removed first.
            .Reverse()];
    });

    // Presence is secondary: a failure must not affect calls.
    private async Task Try(DialectSession session, Func<Task<IReadOnlyList<string>>> who)
    {
        var connectionId = session.Connection.Lease.ConnectionId;
        try
        {
            var userIds = await who();
            if (userIds.Count > 0 && !session.Connection.IsClosed)
                await presence.WatchLatest(session.Connection, userIds);
        }
        catch (Exception exception)
        {
            if (exception is not CallException)
                GatewayLog.WatchFailed(log, exception, session.Actor.UserId);
        }
        finally
        {
            // The connection may have closed meanwhile, and nothing else would remove its watches.
            if (session.Connection.IsClosed)
                presence.Forget(connectionId);
        }
    }
}
