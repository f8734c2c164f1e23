using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace OrleansCalls.Gateway.Delivery;

/// <summary>
/// The live connections of this process, indexed by user. SignalR's own Clients.User scans all connections for each event.
/// </summary>
public sealed class ConnectionRegistry
{
    private readonly ConcurrentDictionary<string, ClientConnection> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<ClientConnection>> _byUser = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private TaskCompletionSource? _empty;

    /// <summary>The number of connections.</summary>
    public int Count => _byId.Count;

    /// <summary>The number of users with a connection.</summary>
    public int UserCount
    {
        get
        {
            lock (_lock)
                return _byUser.Count;
        }
    }

    /// <summary>The number of messages waiting for all sockets.</summary>
    public int Queued => _byId.Sum(pair => pair.Value.Queued);

    /// <summary>A snapshot of all connections.</summary>
    public IReadOnlyCollection<ClientConnection> All => [.. _byId.Values];

    /// <summary>A snapshot of the connected users.</summary>
    public ImmutableArray<string> Users
    {
        get
        {
            lock (_lock)
                return [.. _byUser.Keys];
        }
    }

    /// <summary>Adds a connection.</summary>
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

    /// <summary>Removes a connection.</summary>
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

    /// <summary>Finds a connection by its id.</summary>
    public bool TryGet(string connectionId, [NotNullWhen(true)] out ClientConnection? connection) =>
        _byId.TryGetValue(connectionId, out connection);

    /// <summary>Returns the connections of one user.</summary>
    public ImmutableArray<ClientConnection> Of(string userId)
    {
        lock (_lock)
            return _byUser.TryGetValue(userId, out var own) ? [.. own] : [];
    }

    /// <summary>Completes once the registry is empty.</summary>
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
