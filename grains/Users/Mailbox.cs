using System.Collections.Immutable;

namespace OrleansCalls.Users;

/// <summary>
/// Queues signals for a bound device that is briefly disconnected, in order; signals beyond the limit are dropped, since ICE
/// can restart.
/// </summary>
public sealed class Mailbox
{
    private readonly List<(string DeviceId, SignalReceived Signal)> _signals = [];

    /// <summary>Queues a signal.</summary>
    public void Add(string deviceId, SignalReceived signal)
    {
        if (_signals.Count < CallLimits.BufferedSignals
            && _signals.Sum(kept => kept.Signal.Payload.Length) + signal.Payload.Length <= CallLimits.BufferedSignalChars)
            _signals.Add((deviceId, signal));
    }

    /// <summary>Returns true if signals are queued for a device.</summary>
    public bool Has(string deviceId) => _signals.Exists(kept => kept.DeviceId == deviceId);

    /// <summary>Dequeues the signals for a device.</summary>
    public ImmutableArray<SignalReceived> Take(string deviceId)
    {
        ImmutableArray<SignalReceived> waiting =
        [
            .. _signals.Where(kept => kept.DeviceId == deviceId).Select(kept => kept.Signal),
        ];
        _signals.RemoveAll(kept => kept.DeviceId == deviceId);
        return waiting;
    }
}
