using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace OrleansCalls.Gateway.Delivery;

/// <summary>The live connections of this process. SignalR's own Clients.User would search them all for each event.</summary>
public sealed class ConnectionRegistry
{
    private readonly ConcurrentDictionary<string, ClientConnection> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<ClientConnection>> _byUser = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private TaskCompletionSource? _empty;

    /// <summary>How many there are.</summary>
    public int Count => _byId.Count;

    /// <summary>How many users they belong to.</summary>
    public int UserCount
    {
        get
        {
            lock (_lock)
                return _byUser.Count;
        }
    }

    /// <summary>How much waits for all their sockets together.</summary>
    public int Queued => _byId.Sum(pair => pair.Value.Queued);

    /// <summary>All of them, as they are now.</summary>
    public IReadOnlyCollection<ClientConnection> All => [.. _byId.Values];

    /// <summary>The users who are connected here, as they are now.</summary>
    public ImmutableArray<string> Users
    {
        get
        {
            lock (_lock)
                return [.. _byUser.Keys];
        }
    }

    /// <summary>Takes a connection in.</summary>
    public void Add(ClientConnection connection)
    {
        lock (_lock)
        {
            _byId[connection.Lease.ConnectionId] = connection;
            if (!_byUser.TryGetValue(connection.Actor.UserId, out var own))
                _byUser.Add(connection.Actor.UserId, own = []);
            own.Add(connection);
        }
    }

    /// <summary>Lets a connection go.</summary>
    public void Remove(ClientConnection connection)
    {
        lock (_lock)
        {
            if (!_byId.TryRemove(connection.Lease.ConnectionId, out _))
                return;
            if (_byUser.TryGetValue(connection.Actor.UserId, out var own) && own.Remove(connection) && own.Count == 0)
                _byUser.Remove(connection.Actor.UserId);
            if (_byId.IsEmpty)
                _empty?.TrySetResult();
        }
    }

    /// <summary>The connection with this id, if it is here.</summary>
    public bool TryGet(string connectionId, [NotNullWhen(true)] out ClientConnection? connection) =>
        _byId.TryGetValue(connectionId, out connection);

    /// <summary>The connections of one user.</summary>
    public ImmutableArray<ClientConnection> Of(string userId)
    {
        lock (_lock)
            return _byUser.TryGetValue(userId, out var own) ? [.. own] : [];
    }

    /// <summary>Completes once no connection is left.</summary>
    public Task WhenEmpty()
    {
        lock (_lock)
        {
            if (_byId.IsEmpty)
                return Task.CompletedTask;
            _empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _empty.Task;
        }
    }
}
