using System.Collections.Immutable;

namespace OrleansCalls.Users;

/// <summary>Signals for a bound device that is away for a moment, in order; what does not fit is dropped, as ICE can restart.</summary>
public sealed class Mailbox
{
    private readonly List<(string DeviceId, SignalReceived Signal)> _signals = [];

    /// <summary>Keeps a signal.</summary>
    public void Add(string deviceId, SignalReceived signal)
    {
        if (_signals.Count < CallLimits.BufferedSignals
            && _signals.Sum(kept => kept.Signal.Payload.Length) + signal.Payload.Length <= CallLimits.BufferedSignalChars)
            _signals.Add((deviceId, signal));
    }

    /// <summary>Whether anything waits for a device.</summary>
    public bool Has(string deviceId) => _signals.Exists(kept => kept.DeviceId == deviceId);

    /// <summary>Takes out what waits for a device.</summary>
    public ImmutableArray<SignalReceived> Take(string deviceId)
    {
        ImmutableArray<SignalReceived> waiting = [.. _signals.Where(kept => kept.DeviceId == deviceId).Select(kept => kept.Signal)];
        _signals.RemoveAll(kept => kept.DeviceId == deviceId);
        return waiting;
    }
}
