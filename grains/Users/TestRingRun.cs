using System.Collections.Immutable;
using OrleansCalls.Push;

namespace OrleansCalls.Users;

/// <summary>
/// One test of which devices would ring: what is sent to which device, the results, and their meaning. It is independent of the
/// rules of calls and does not affect later rings. Pure.
/// </summary>
public sealed class TestRingRun
{
    /// <summary>The time after which the test ends with the results so far.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly ImmutableArray<TestRingDevicePlan> _devices;
    private readonly ImmutableArray<TestRingSilencer> _silencedBy;
    private readonly string _userId;
    private readonly DateTimeOffset _startedAt;

    /// <summary>Plans a test.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="request">The request.</param>
    /// <param name="connections">The user's live connections.</param>
    /// <param name="user">The user's stored state.</param>
    /// <param name="isOccupied">Whether the user is in an answered call.</param>
    /// <param name="now">When it starts.</param>
    public TestRingRun(
        string userId, TestRingRequest request, IEnumerable<Connection> connections, StoredUser user,
        bool isOccupied, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(user);
        (_userId, TestId, _startedAt) = (userId, request.TestId, now);
        var live = connections.ToList();
        var tokens = UserRules.RingTokens(user).ToDictionary(token => token.DeviceId, StringComparer.Ordinal);
        var ids = request.DeviceId is { } only
            ? [only]
            : live.Select(c => c.DeviceId).Concat(tokens.Keys).Distinct(StringComparer.Ordinal);
        _devices = [.. ids.Order(StringComparer.Ordinal).Select(id =>
        {
            var ring = tokens.GetValueOrDefault(id);
            return new TestRingDevicePlan(id, live.Find(c => c.DeviceId == id), ring, SilentToken(user, ring));
        })];
        _silencedBy = [.. Silencers(user.Settings, request.CallerId, isOccupied, now)];
    }

    /// <summary>The test's id.</summary>
    public string TestId { get; }

    /// <summary>The connections that are sent the event.</summary>
    public ImmutableArray<Connection> Connections =>
        [.. _devices.Select(d => d.Connection).OfType<Connection>().Where(c => c.TakesTestRings)];

    /// <summary>The tokens that are sent the push.</summary>
    public ImmutableArray<DeviceToken> Tokens => [.. _devices.Select(d => d.Pushed).OfType<DeviceToken>()];

    /// <summary>Whether no more results can arrive.</summary>
    public bool IsDone => _devices.All(device => device.IsDone);

    /// <summary>Records that a gateway accepted the event for a connection, or that the connection is gone.</summary>
    public void Delivered(string connectionId, bool isConnected, DateTimeOffset now) =>
        _devices.FirstOrDefault(d => d.Connection?.ConnectionId == connectionId)?.Delivered(isConnected, now);

    /// <summary>Records a provider's response.</summary>
    public void Answered(DeviceToken token, PushResult result, DateTimeOffset now) =>
        _devices.FirstOrDefault(d => d.Pushed == token)?.Answered(result, now);

    /// <summary>Records a device's acknowledgement: of the event over a socket, else of the push.</summary>
    /// <returns>False if the device was sent nothing that way.</returns>
    public bool Ack(string deviceId, bool overSocket, DateTimeOffset now)
    {
        var device = _devices.FirstOrDefault(d => d.DeviceId == deviceId);
        if (overSocket ? device?.Connection is not { TakesTestRings: true } : device?.Pushed is null)
            return false;
        device!.Ack(overSocket, now);
        return true;
    }

    /// <summary>Returns the report.</summary>
    public TestRingReport Report(DateTimeOffset now)
    {
        ImmutableArray<TestRingDevice> devices = [.. _devices.Select(device => device.Report(_startedAt, !_silencedBy.IsEmpty))];
        return new TestRingReport
        {
            TestId = TestId,
            UserId = _userId,
            StartedAt = _startedAt,
            DurationMs = Math.Max(0, (long)(now - _startedAt).TotalMilliseconds),
            SilencedBy = _silencedBy,
            Devices = devices,
            Summary = Summary(devices),
        };
    }

    private string Summary(ImmutableArray<TestRingDevice> devices)
    {
        if (_silencedBy.Contains(TestRingSilencer.DoNotDisturb))
            return "No device would ring: the user does not want to be disturbed.";
        if (_silencedBy.Contains(TestRingSilencer.Blocked))
            return "No device would ring: the user has blocked this caller.";
        if (_silencedBy.Contains(TestRingSilencer.Busy))
            return "No device would ring: the user is in a call, and call waiting is off.";
        if (devices.IsEmpty)
            return "The user has no device: none is connected, and none has a push token.";
        var rings = devices.Count(device => device.Verdict == TestRingVerdict.Rings);
        return rings > 0 ? $"{rings} of {devices.Length} devices would ring."
            : devices.Any(device => device.Verdict == TestRingVerdict.Unconfirmed) ? "No device has confirmed that it would ring."
            : "No device would ring.";
    }

    private static IEnumerable<TestRingSilencer> Silencers(
        UserSettings settings, string? callerId, bool isOccupied, DateTimeOffset now)
    {
        if (UserRules.IsQuiet(settings, now))
            yield return TestRingSilencer.DoNotDisturb;
        if (callerId is not null && settings.Blocked.Contains(callerId))
            yield return TestRingSilencer.Blocked;
        if (isOccupied && !settings.CallWaiting)
            yield return TestRingSilencer.Busy;
    }

    // A PushKit push must ring. If the phone has an FCM token too, a background push is sent there instead.
    private static DeviceToken? SilentToken(StoredUser user, DeviceToken? ring) => ring?.Provider != PushProvider.ApnsVoip
        ? ring
        : user.Tokens.FirstOrDefault(token => token.DeviceId == ring.DeviceId && token.Provider == PushProvider.Fcm);
}
