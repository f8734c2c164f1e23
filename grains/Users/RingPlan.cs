using System.Collections.Immutable;
using System.Diagnostics;
using OrleansCalls.Push;

namespace OrleansCalls.Users;

/// <summary>
/// One ring at one user: which devices have been sent it over a socket, which have said that they are alerting, and which are to be
/// pushed and when. A device is sent a ring once and pushed once. No Orleans in it.
/// </summary>
public sealed class RingPlan(CallIncoming incoming, TimeSpan ackWindow) : IDisposable
{
    private readonly Dictionary<string, DateTimeOffset> _sent = [];
    private readonly HashSet<string> _joined = [];
    private readonly HashSet<string> _acked = [];
    private readonly HashSet<string> _pushed = [];
    private readonly HashSet<string> _failed = [];
    private readonly List<(DeviceToken Token, Task<PushResult> Result)> _sends = [];
    private readonly Dictionary<string, CancellationTokenSource> _trying = [];

    /// <summary>What the devices are told.</summary>
    public CallIncoming Incoming { get; set; } = incoming;

    /// <summary>The trace that this ring belongs to, for what is done about it later.</summary>
    public ActivityContext Cause { get; init; }

    /// <summary>Devices that have been pushed, to be told when the ringing is over.</summary>
    public IReadOnlyCollection<string> Pushed => _pushed;

    /// <summary>Fires when a device is not to be pushed any more, since it alerts or the ringing is over: no more tries then.</summary>
    public CancellationToken StopFor(string deviceId)
    {
        if (!_trying.TryGetValue(deviceId, out var trying))
            _trying.Add(deviceId, trying = new CancellationTokenSource());
        return trying.Token;
    }

    /// <summary>A push for this device went out, now or by an earlier life of this grain.</summary>
    public void MarkPushed(IEnumerable<string> deviceIds) => _pushed.UnionWith(deviceIds);

    /// <summary>The device is alerting; it needs no push.</summary>
    public void Ack(string deviceId)
    {
        _acked.Add(deviceId);
        if (_trying.Remove(deviceId, out var trying))
            Stop(trying);
    }

    /// <summary>Whether this device is still to be sent the ring over its socket; marks it as sent.</summary>
    /// <param name="deviceId">The device.</param>
    /// <param name="now">Now.</param>
    /// <param name="joins">It has connected while the call was ringing.</param>
    public bool TakeSend(string deviceId, DateTimeOffset now, bool joins = false)
    {
        if (!_sent.TryAdd(deviceId, now))
            return false;
        if (joins)
            _joined.Add(deviceId);
        return true;
    }

    /// <summary>Whether the ring waited for this device to connect.</summary>
    public bool WaitedFor(string deviceId) => _joined.Contains(deviceId);

    /// <summary>The socket turned out to be gone: the device counts as asleep.</summary>
    public void SendFailed(string deviceId)
    {
        if (!_acked.Contains(deviceId))
            _sent.Remove(deviceId);
    }

    /// <summary>Devices to be pushed now, of those that have a token; marks them as pushed.</summary>
    public ImmutableArray<string> TakePushes(IEnumerable<string> devicesWithToken, DateTimeOffset now)
    {
        ImmutableArray<string> due =
            [.. devicesWithToken.Distinct().Where(id => !_acked.Contains(id) && !_pushed.Contains(id) && DueAt(id, now) <= now)];
        _pushed.UnionWith(due);
        return due;
    }

    /// <summary>A push is on its way, or being tried again.</summary>
    public void Sent(DeviceToken token, Task<PushResult> result) => _sends.Add((token, result));

    /// <summary>The push for this device did not go, and will not with this token.</summary>
    public void PushFailed(string deviceId) => _failed.Add(deviceId);

    /// <summary>The device has another token now: if the push by the former one failed, it is due again.</summary>
    public void TokenChanged(string deviceId)
    {
        if (_failed.Remove(deviceId))
            _pushed.Remove(deviceId);
    }

    /// <summary>The ringing is over.</summary>
    public void Dispose()
    {
        foreach (var trying in _trying.Values)
            Stop(trying);
        _trying.Clear();
    }

    /// <summary>What came of the last push by this token; accepted if an earlier life of the grain sent it.</summary>
    public Task<PushResult> OutcomeFor(DeviceToken token) =>
        _sends.LastOrDefault(send => send.Token == token).Result ?? Task.FromResult(PushResult.Accepted);

    /// <summary>When a connected device's time to acknowledge runs out next.</summary>
    public DateTimeOffset? NextPush(IEnumerable<string> devicesWithToken, DateTimeOffset now)
    {
        var open = devicesWithToken.Where(id => !_acked.Contains(id) && !_pushed.Contains(id)).ToList();
        return open.Count == 0 ? null : open.Min(id => DueAt(id, now));
    }

    private DateTimeOffset DueAt(string deviceId, DateTimeOffset now) =>
        _sent.TryGetValue(deviceId, out var sentAt) ? sentAt + ackWindow : now;

    private static void Stop(CancellationTokenSource trying)
    {
        trying.Cancel();
        trying.Dispose();
    }
}
