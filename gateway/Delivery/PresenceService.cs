namespace OrleansCalls.Gateway.Delivery;

/// <summary>Watches users' presence for the local connections, and renews the watches.</summary>
public sealed class PresenceService(
    IGrainFactory grains, PresenceWatches watches, PresencePolicy policy, GatewayIdentity gateway,
    ClusterChanges changes, TimeProvider time,
    ILogger<PresenceService> log)
    : BackgroundService
{
    // Watches expire at the grain after two minutes.
    private static readonly TimeSpan RenewalPeriod = TimeSpan.FromSeconds(60);
    private const int AtOnce = 32;

    /// <summary>Starts to watch users on behalf of a connection; users whom it may not see are reported as offline.</summary>
    /// <returns>Their current presence.</returns>
    public async Task<Presence[]> Watch(ClientConnection connection, PresenceRequest? request)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var userIds = Users(request);
        var visible = await policy.Visible(connection.Actor.UserId, userIds);
        if (!watches.Add(connection.Lease.ConnectionId, [.. userIds.Where(visible.Contains)]))
            throw CallException.TooLarge($"A connection watches {CallLimits.WatchedUsers} users at most.");
        var presences = await Task.WhenAll(userIds.Select(async id => visible.Contains(id)
            ? await grains.GetUser(id).WatchPresence(gateway.Reference, gateway.GatewayId)
            : new Presence { UserId = id, Online = false }));
        return [.. presences.Select(presence => presence.For(connection.Actor.UserId))];
    }

    /// <summary>The same; at the limit the oldest watches of the connection are removed.</summary>
    public Task<Presence[]> WatchLatest(ClientConnection connection, IReadOnlyList<string> userIds)
    {
        ArgumentNullException.ThrowIfNull(connection);
        Withdraw(watches.MakeRoom(connection.Lease.ConnectionId, userIds));
        return Watch(connection, new PresenceRequest { UserIds = userIds });
    }

    /// <summary>Stops watching users on behalf of a connection.</summary>
    public void Unwatch(string connectionId, PresenceRequest? request) => Withdraw(watches.Remove(connectionId, Users(request)));

    /// <summary>Removes all watches of a closed connection.</summary>
    public void Forget(string connectionId) => Withdraw(watches.Remove(connectionId));

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stoppingToken };
        var next = changes.Next;
        try
        {
            while (true)
            {
                // Read before the renewal: a change during it makes its result stale.
                var change = next;
                await Task.WhenAny(Task.Delay(RenewalPeriod, time, stoppingToken), change);
                next = changes.Next;
                stoppingToken.ThrowIfCancellationRequested();
                await Parallel.ForEachAsync(watches.Watched, options, async (userId, _) => await Renew(userId));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private static ImmutableArray<string> Users(PresenceRequest? request) =>
        [.. Check.UserIds(Check.Body(request).UserIds, "userIds", CallLimits.WatchedUsers).Distinct(StringComparer.Ordinal)];

    private async Task Renew(string userId)
    {
        try
        {
            await grains.GetUser(userId).WatchPresence(gateway.Reference, gateway.GatewayId);
        }
        catch (Exception exception)
        {
            // The next round retries.
            GatewayLog.WatchFailed(log, exception, userId);
        }
    }

    private void Withdraw(ImmutableArray<string> userIds)
    {
        foreach (var userId in userIds)
            _ = Withdraw(userId);
    }

    private async Task Withdraw(string userId)
    {
        try
        {
            await grains.GetUser(userId).UnwatchPresence(gateway.GatewayId);
        }
        catch (Exception exception)
        {
            // The watch expires by itself.
            GatewayLog.WatchFailed(log, exception, userId);
        }
    }
}
