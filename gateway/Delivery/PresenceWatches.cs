namespace OrleansCalls.Gateway.Delivery;

/// <summary>Who here watches whom. One user's grain hears of this process once, however many of its connections watch that user.</summary>
public sealed class PresenceWatches
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, HashSet<string>> _watchedBy = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OrderedDictionary<string, bool>> _watching = new(StringComparer.Ordinal);

    /// <summary>How many users are watched.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _watchedBy.Count;
        }
    }

    /// <summary>Everybody who is watched.</summary>
    public ImmutableArray<string> Watched
    {
        get
        {
            lock (_lock)
                return [.. _watchedBy.Keys];
        }
    }

    /// <summary>The connections that watch a user.</summary>
    public ImmutableArray<string> WatchersOf(string userId)
    {
        lock (_lock)
            return _watchedBy.TryGetValue(userId, out var watchers) ? [.. watchers] : [];
    }

    /// <summary>A connection starts to watch users. False, and nothing is changed, when it would watch too many.</summary>
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

    /// <summary>A connection stops watching those whom it has watched longest, as far as it needs room for others.</summary>
    /// <returns>Those whom nobody here watches any more.</returns>
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

    /// <summary>A connection stops watching users.</summary>
    /// <returns>Those whom nobody here watches any more.</returns>
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

    /// <summary>A connection is gone.</summary>
    /// <returns>Those whom nobody here watches any more.</returns>
    public ImmutableArray<string> Remove(string connectionId)
    {
        ImmutableArray<string> own;
        lock (_lock)
            own = _watching.TryGetValue(connectionId, out var set) ? [.. set.Keys] : [];
        return Remove(connectionId, own);
    }
}
