using System.Collections.Immutable;

namespace OrleansCalls.Users;

/// <summary>
/// One user's live connections: leases renewed by gateways, so that those of a crashed gateway expire. Pure, except for the
/// observer's reference.
/// </summary>
public sealed class Connections(TimeSpan lease)
{
    private readonly Dictionary<string, (Connection Connection, DateTimeOffset Until)> _live = [];

    /// <summary>All live connections.</summary>
    public ImmutableArray<Connection> All => [.. _live.Values.Select(live => live.Connection)];

    /// <summary>The device of each live connection.</summary>
    public ImmutableArray<string> Devices => [.. _live.Values.Select(live => live.Connection.DeviceId)];

    /// <summary>Whether any is live.</summary>
    public bool Any => _live.Count > 0;

    /// <summary>When the next lease expires.</summary>
    public DateTimeOffset? NextExpiry => _live.Count == 0 ? null : _live.Values.Min(live => live.Until);

    /// <summary>Whether a device has a live connection.</summary>
    public bool Has(string deviceId) => _live.Values.Any(live => live.Connection.DeviceId == deviceId);

    /// <summary>Returns true if a connection is live.</summary>
    public bool Knows(string connectionId) => _live.ContainsKey(connectionId);

    /// <summary>Returns the connections that receive an envelope.</summary>
    public IEnumerable<Connection> For(Envelope envelope) => _live.Values
        .Select(live => live.Connection)
        .Where(connection => (envelope.OnlyDevice is null || connection.DeviceId == envelope.OnlyDevice)
            && (envelope.ExceptDevice is null || connection.DeviceId != envelope.ExceptDevice)
            && (envelope.Event is not SettingsChanged || connection.TakesSettings)
            && (envelope.Event is not TestRing || connection.TakesTestRings));

    /// <summary>Adds a connection; others of the same device are displaced.</summary>
    /// <returns>The displaced ones, or null when the user has too many connected devices.</returns>
    public ImmutableArray<Connection>? Add(Connection connection, DateTimeOffset now)
    {
        ImmutableArray<Connection> displaced =
            [.. All.Where(other => other.DeviceId == connection.DeviceId && other.ConnectionId != connection.ConnectionId)];
        var devices = All.Select(other => other.DeviceId).Append(connection.DeviceId).Distinct().Count();
        if (devices > CallLimits.Devices)
            return null;
        foreach (var other in displaced)
            _live.Remove(other.ConnectionId);
        _live[connection.ConnectionId] = (connection, now + lease);
        return displaced;
    }

    /// <summary>Renews leases, and adds connections that were lost by a crash or a late renewal.</summary>
    /// <returns>
    /// The connections to close, since a newer one of the device or 16 other devices are connected; and those that were added.
    /// </returns>
    public (ImmutableArray<string> Displaced, ImmutableArray<Connection> Adopted) Renew(
        ImmutableArray<Connection> connections, DateTimeOffset now)
    {
        var displaced = ImmutableArray.CreateBuilder<string>();
        var adopted = ImmutableArray.CreateBuilder<Connection>();
        foreach (var connection in connections)
        {
            if (All.Any(other => other.DeviceId == connection.DeviceId && other.ConnectionId != connection.ConnectionId
                && other.ConnectedAt >= connection.ConnectedAt))
            {
                displaced.Add(connection.ConnectionId);
                continue;
            }

            var known = _live.ContainsKey(connection.ConnectionId);
            if (Add(connection, now) is null)
                displaced.Add(connection.ConnectionId);
            else if (!known)
                adopted.Add(connection);
        }

        return (displaced.ToImmutable(), adopted.ToImmutable());
    }

    /// <summary>Removes a connection.</summary>
    public Connection? Remove(string connectionId) =>
        _live.Remove(connectionId, out var live) ? live.Connection : null;

    /// <summary>Removes and returns expired connections.</summary>
    public ImmutableArray<Connection> Expire(DateTimeOffset now)
    {
        ImmutableArray<Connection> gone = [.. _live.Values.Where(live => live.Until <= now).Select(live => live.Connection)];
        foreach (var connection in gone)
            _live.Remove(connection.ConnectionId);
        return gone;
    }
}
