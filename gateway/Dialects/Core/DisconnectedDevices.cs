namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>A device of one user, in one language.</summary>
internal readonly record struct DeviceKey(string Dialect, string UserId, string DeviceId);

/// <summary>What a device knew that has no socket any more.</summary>
internal sealed record LeftDevice(KnownCalls Known, IReadOnlyDictionary<string, long> Seen)
{
    /// <summary>Whether there is anything to come back to.</summary>
    public bool IsEmpty => Seen.Count == 0 && Known.IsEmpty;
}

/// <summary>
/// Devices that went lately: one that comes back is told what it has missed, and nothing twice. Bounded, for all together and for
/// each user, so that nobody's coming and going costs others their place. Not safe from several threads.
/// </summary>
internal sealed class LeftDevices(TimeProvider time)
{
    private const int Most = 10_000;
    private const int MostOfUser = CallLimits.Devices;
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(5);

    private readonly OrderedDictionary<DeviceKey, (LeftDevice Device, DateTimeOffset At)> _left = [];
    private readonly Dictionary<string, List<DeviceKey>> _byUser = new(StringComparer.Ordinal);

    /// <summary>How many there are.</summary>
    public int Count => _left.Count;

    /// <summary>A user's devices, the one that went last first.</summary>
    public IEnumerable<string> Of(string dialect, string userId) => _byUser.GetValueOrDefault(userId, [])
        .Where(key => key.Dialect == dialect && _left[key].At + KeptFor >= time.GetUtcNow()).Select(key => key.DeviceId).Reverse();

    /// <summary>The device is back; null if nothing is known of it.</summary>
    public LeftDevice? Take(DeviceKey key)
    {
        if (!_left.Remove(key, out var left))
            return null;
        var own = _byUser[key.UserId];
        own.Remove(key);
        if (own.Count == 0)
            _byUser.Remove(key.UserId);
        return left.Device;
    }

    /// <summary>The device has gone.</summary>
    public void Keep(DeviceKey key, LeftDevice device)
    {
        Take(key);
        // Nothing to come back to; the place is for those who have.
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
