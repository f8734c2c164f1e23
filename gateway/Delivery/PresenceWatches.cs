namespace OrleansCalls.Gateway.Delivery;

/// <summary>
/// Which local connections watch which users. This process watches a user at the grain once, for any number of its connections.
/// </summary>
public sealed class PresenceWatches
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, HashSet<string>> _watchedBy = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OrderedDictionary<string, bool>> _watching = new(StringComparer.Ordinal);

    /// <summary>The number of watched users.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _watchedBy.Count;
        }
    }

    /// <summary>All watched users.</summary>
    public ImmutableArray<string> Watched
    {
        get
        {
            lock (_lock)
                return [.. _watchedBy.Keys];
        }
    }

    /// <summary>Returns the connections that watch a user.</summary>
    public ImmutableArray<string> WatchersOf(string userId)
    {
        lock (_lock)
            return _watchedBy.TryGetValue(userId, out var watchers) ? [.. watchers] : [];
    }

    /// <summary>Adds watches of a connection. Returns false, and changes nothing, when it would exceed its limit.</summary>
    public bool Add(string connectionId, IReadOnlyCollection<string> userIds)
    {
        lock (_lock)
        {
            _watching.TryGetValue(connectionId, out var own);
            if ((own?.Count ?? 0) + userIds.Distinct(StringComparer.Ordinal).Count(id => own?.ContainsKey(id) != true)
                > CallLimits.WatchedUsers)
                return false;
            if (own is null)
                _watching.Add(connectionId, own = new OrderedDictionary<string, bool>(StringComparer.Ordinal));
            foreach (var userId in userIds.Where(id => own.TryAdd(id, true)))
            {
                if (!_watchedBy.TryGetValue(userId, out var watchers))
                    _watchedBy.Add(userId, watchers = new HashSet<string>(StringComparer.Ordinal));
                watchers.Add(connectionId);
            }

            return true;
        }
    }

    /// <summary>Removes the oldest watches of a connection until there is room for new ones.</summary>
    /// <returns>The users without any watcher left.</returns>
    public ImmutableArray<string> MakeRoom(string connectionId, IReadOnlyCollection<string> userIds)
    {
        ImmutableArray<string> oldest;
        lock (_lock)
        {
            if (!_watching.TryGetValue(connectionId, out var own))
                return [];
            var tooMany = own.Count + userIds.Count(id => !own.ContainsKey(id)) - CallLimits.WatchedUsers;
            oldest = [.. own.Keys.Where(id => !userIds.Contains(id)).Take(tooMany)];
        }

        return Remove(connectionId, oldest);
    }

    /// <summary>Removes watches of a connection.</summary>
    /// <returns>The users without any watcher left.</returns>
    public ImmutableArray<string> Remove(string connectionId, IReadOnlyCollection<string> userIds)
    {
        var unwatched = ImmutableArray.CreateBuilder<string>();
        lock (_lock)
        {
            if (!_watching.TryGetValue(connectionId, out var own))
                return [];
            foreach (var userId in userIds.Where(own.Remove))
            {
                var watchers = _watchedBy[userId];
                watchers.Remove(connectionId);
                if (watchers.Count > 0)
                    continue;
                _watchedBy.Remove(userId);
                unwatched.Add(userId);
            }

            if (own.Count == 0)
                _watching.Remove(connectionId);
        }

        return unwatched.ToImmutable();
    }

    /// <summary>Removes all watches of a connection.</summary>
    /// <returns>The users without any watcher left.</returns>
    public ImmutableArray<string> Remove(string connectionId)
    {
        ImmutableArray<string> own;
        lock (_lock)
            own = _watching.TryGetValue(connectionId, out var set) ? [.. set.Keys] : [];
        return Remove(connectionId, own);
    }
}
