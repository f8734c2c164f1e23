namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>A device of a user in one dialect.</summary>
internal readonly record struct DeviceKey(string Dialect, string UserId, string DeviceId);

/// <summary>The state of a device without a socket.</summary>
internal sealed record DisconnectedDevice(RecentCalls Recent, IReadOnlyDictionary<string, long> Seen)
{
    /// <summary>Whether there is nothing to resume.</summary>
    public bool IsEmpty => Seen.Count == 0 && Recent.IsEmpty;
}

/// <summary>
/// Recently disconnected devices, so that one that reconnects receives what it missed, without duplicates. Bounded in total and
/// per user, so that one user's reconnects cannot evict the devices of others. Not thread-safe.
/// </summary>
internal sealed class DisconnectedDevices(TimeProvider time)
{
    private const int Most = 10_000;
    private const int MostOfUser = CallLimits.Devices;
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(5);

    private readonly OrderedDictionary<DeviceKey, (DisconnectedDevice Device, DateTimeOffset At)> _left = [];
    private readonly Dictionary<string, List<DeviceKey>> _byUser = new(StringComparer.Ordinal);

    /// <summary>The number of devices.</summary>
    public int Count => _left.Count;

    /// <summary>Returns a user's devices, the last disconnected first.</summary>
    public IEnumerable<string> Of(string dialect, string userId) => _byUser.GetValueOrDefault(userId, [])
        .Where(key => key.Dialect == dialect && _left[key].At + KeptFor >= time.GetUtcNow())
        .Select(key => key.DeviceId).Reverse();

    /// <summary>Removes and returns the state of a device that has reconnected; null if it is unknown.</summary>
    public DisconnectedDevice? Take(DeviceKey key)
    {
        if (!_left.Remove(key, out var left))
            return null;
        var own = _byUser[key.UserId];
        own.Remove(key);
        if (own.Count == 0)
            _byUser.Remove(key.UserId);
        return left.Device;
    }

    /// <summary>Stores the state of a device that has disconnected.</summary>
    public void Keep(DeviceKey key, DisconnectedDevice device)
    {
        Take(key);
        // There is nothing to resume.
        if (device.IsEmpty)
            return;
        var now = time.GetUtcNow();
        while (_left.Count > 0 && (_left.Count >= Most || _left.GetAt(0).Value.At + KeptFor < now))
            Take(_left.GetAt(0).Key);
        if (!_byUser.TryGetValue(key.UserId, out var own))
            _byUser.Add(key.UserId, own = []);
        else if (own.Count >= MostOfUser)
            Take(own[0]);
        _left.Add(key, (device, now));
        _byUser[key.UserId] = own;
        own.Add(key);
    }
}
