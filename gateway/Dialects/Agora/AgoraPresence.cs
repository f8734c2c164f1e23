namespace OrleansCalls.Gateway.Dialects.Agora;

/// <summary>
/// The clients of 002 were told of everybody who comes or goes. Now it is those whom they have called or been called by, as far as the
/// last page of their history goes, and since then; the latest 200.
/// </summary>
public sealed class AgoraPresence(PresenceService presence, UserCommands users, ILogger<AgoraPresence> log)
{
    /// <summary>Tells a device of these people from now on.</summary>
    public void Watch(DialectSession session, IReadOnlyList<string> userIds) => _ = Try(session, () => Task.FromResult(userIds));

    /// <summary>Tells a device of the people in its user's history from now on.</summary>
    public void WatchPast(DialectSession session) => _ = Try(session, async () =>
    {
        var past = await users.GetHistory(session.Actor, new HistoryRequest { Limit = CallLimits.HistoryPage });
        return [.. past.Items.SelectMany(call => call.Legs.Select(leg => leg.UserId).Append(call.Caller?.Id ?? session.Actor.UserId))
            .Where(userId => userId != session.Actor.UserId).Distinct().Take(CallLimits.WatchedUsers)
            // The latest last: whoever is watched longest makes room first.
            .Reverse()];
    });

    // Beside the calls: if it cannot be had, they go on.
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
            // It may have gone meanwhile, and nobody would forget what it watches.
            if (session.Connection.IsClosed)
                presence.Forget(connectionId);
        }
    }
}
