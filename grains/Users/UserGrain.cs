using System.Collections.Immutable;
using Orleans.Placement;
using OrleansCalls.History;

namespace OrleansCalls.Users;

/// <summary>
/// Hosts one user. In memory: connections (<see cref="UserPresence"/>), open calls, rings (<see cref="UserRinging"/>). Durable,
/// and written before it is sent: <see cref="UserAccount"/>. Commands to calls are sent outside of the turn, so that calls and
/// users cannot deadlock.
/// </summary>
[PreferLocalPlacement]
public sealed partial class UserGrain : Grain, IUserGrain
{
    private const int InspectedMissed = 20;

    private readonly UserContext _context;
    private readonly OpenCalls _calls = new();
    private readonly CallChecks _checks = new();
    private readonly PastEnds _ends = new();
    private readonly Dictionary<string, Mailbox> _mailboxes = [];
    private readonly UserAccount _account;
    private readonly UserPresence _presence;
    private readonly UserRinging _ringing;
    private readonly UserPushes _pushes;
    private readonly UserTestRings _tests;

    /// <summary>Called by Orleans.</summary>
    public UserGrain([PersistentState("user", "users")] IPersistentState<StoredUser> stored, UserServices services)
    {
        var userId = this.GetPrimaryKeyString();
        _context = new UserContext(
            userId, services, GrainFactory,
            new Background(userId, services.Time, (work, exception) => services.Logger.Retried(exception, userId, work)));
        _account = new UserAccount(_context, stored);
        _presence = new UserPresence(_context, _account, Joined, Gone, Undelivered);
        _pushes = new UserPushes(_context);
        _ringing = new UserRinging(_context, _calls, _account, _presence, _pushes);
        _tests = new UserTestRings(_context, _calls, _account, _presence, _pushes);
    }

    private string UserId => _context.UserId;

    private DateTimeOffset Now => _context.Now;

    private StoredUser User => _account.User;

    private ImmutableArray<string> OpenCallIds => [.. _calls.All.Select(call => call.CallId)];

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _account.LastSeen = User.LastSeen;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _context.Background.Stop();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<Admission> Admit(AdmissionRequest request)
    {
        var admission = _calls.Admit(UserId, request, User.Settings, Now);
        if (_calls.Find(request.Call.CallId) is not null)
            Schedule();
        else
            LeaveIfUnknown();
        return Task.FromResult(admission with { Online = _presence.Any });
    }

    /// <inheritdoc/>
    public Task Release(string callId)
    {
        _calls.Release(callId);
        LeaveIfUnknown();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<TimelineEntry>> Notify(UserNotice notice)
    {
        var what = notice.Events.Any(e => e.Event is CallIncoming) ? "user.ring" : "user.notify";
        using var span = CallTrace.Start(what, notice.CallId, UserId);
        var delivered = new List<TimelineEntry>();
        if (_calls.Update(notice))
        {
            _ends.Take(notice, Now);
            EndDouble(notice.CallId);
            Tell(notice, delivered);
        }

        // The end that devices have just received is stored in the call's row. The missed call is written before it is sent,
        // and the notice is repeated until it is.
        if (notice.Missed is { } missed && await _account.Write(user => UserRules.AddMissedCall(user, missed)))
            foreach (var token in User.Tokens.Where(t => t.Provider != PushProvider.ApnsVoip))
                _ = _pushes.Missed(missed, token);
        return [.. delivered];
    }

    /// <inheritdoc/>
    public Task<ConnectReply> Connect(IGatewayObserver gateway, Connection connection)
    {
        if (_presence.Connect(gateway, connection) is { } error)
            return Task.FromResult(new ConnectReply { Error = error });
        foreach (var mailbox in _mailboxes.Values)
            foreach (var signal in mailbox.Take(connection.DeviceId))
                _presence.Send(signal, [connection]);
        Schedule();
        return Task.FromResult(new ConnectReply { OpenCallIds = OpenCallIds, MissedCount = User.Missed.Length });
    }

    /// <inheritdoc/>
    public Task Disconnect(string connectionId)
    {
        _presence.Disconnect(connectionId);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<string>> Renew(IGatewayObserver gateway, ImmutableArray<Connection> connections)
    {
        var displaced = _presence.Renew(gateway, connections);
        Schedule();
        return Task.FromResult(displaced);
    }

    /// <inheritdoc/>
    public Task Probe(ImmutableArray<string> connectionIds) => _presence.Probe(connectionIds);

    /// <inheritdoc/>
    public Task<Presence> GetPresence()
    {
        LeaveIfUnknown();
        return Task.FromResult(_presence.Current);
    }

    /// <inheritdoc/>
    public Task<Presence> WatchPresence(IGatewayObserver gateway, string gatewayId)
    {
        _presence.Watch(gateway, gatewayId);
        return Task.FromResult(_presence.Current);
    }

    /// <inheritdoc/>
    public Task UnwatchPresence(string gatewayId)
    {
        _presence.Unwatch(gatewayId);
        LeaveIfUnknown();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<string>> GetOpenCallIds() => Task.FromResult(OpenCallIds);

    /// <inheritdoc/>
    public Task<HistoryPage> GetHistory(HistoryQuery query) =>
        HistoryAnswer.OrRefusal(() => _context.Services.History.ForUser(UserId, query));

    /// <inheritdoc/>
    public async Task<ImmutableArray<PastEnd>> GetEnds()
    {
        if (!_ends.IsComplete)
            _ends.Take(await _context.Services.History.ForUser(UserId, new HistoryQuery { Limit = CallLimits.EndsTold }));
        return _ends.Since(Now - CallLimits.EndsToldFor).RemoveAll(end => _calls.Find(end.End.CallId) is not null);
    }

    /// <inheritdoc/>
    public Task<int> SendNotification(NotificationReceived notification, string? onlyDevice = null)
    {
        _presence.Send(new Envelope { Event = notification, OnlyDevice = onlyDevice });
        return Task.FromResult(_presence.All.Count(connection => onlyDevice is null || connection.DeviceId == onlyDevice));
    }

    /// <inheritdoc/>
    public async Task<TestRingReply> TestRing(TestRingRequest request)
    {
        var reply = await _tests.Run(request);
        LeaveIfUnknown();
        return reply;
    }

    /// <inheritdoc/>
    public Task<bool> AckTestRing(string testId, string deviceId, bool overSocket)
    {
        LeaveIfUnknown();
        return Task.FromResult(_tests.Ack(testId, deviceId, overSocket));
    }

    /// <inheritdoc/>
    public Task<UserInspection> Inspect() => Task.FromResult(new UserInspection
    {
        UserId = UserId,
        Connections = _presence.All,
        PushDevices =
            [.. User.Tokens.Select(t => new DevicePush { DeviceId = t.DeviceId, Provider = t.Provider, SetAt = t.SetAt })],
        OpenCalls = [.. _calls.All],
        MissedCount = User.Missed.Length,
        Settings = User.Settings,
        Missed = [.. User.Missed.OrderByDescending(missed => missed.At).Take(InspectedMissed)],
        LastSeen = _presence.LastSeen,
    });

    private void Tell(UserNotice notice, List<TimelineEntry> delivered)
    {
        foreach (var envelope in notice.Events)
        {
            if (envelope.Event is CallIncoming incoming)
                _ringing.Receive(notice, incoming, delivered);
            else
                Send(envelope);
        }

        _ringing.Follow(notice);
        if (notice.Call is null)
            _mailboxes.Remove(notice.CallId);
        // It acted over REST although it has a socket, so that its absence can be detected like any other.
        else if (notice.Call is { BoundDeviceHasSocket: false, BoundDeviceId: { } device } && _presence.Has(device))
            TellPresence(notice.Call);
        Schedule();
    }

    private void EndDouble(string callId)
    {
        if (_calls.DoubleOf(callId) is var (older, newer))
            _context.ToCall(older, "ending a replaced call", call => call.Execute(new ReplaceCall { ByCallId = newer }));
    }

    /// <summary>
    /// Sends a newly connected device's calls its presence, and the device the rings that it has not received.
    /// </summary>
    private void Joined(Connection connection)
    {
        foreach (var call in _calls.All.Where(c => c.BoundDeviceId == connection.DeviceId))
            TellPresence(call);
        _ringing.Take(new RingDeviceConnected());
    }

    private void Gone(IReadOnlyList<string> devices)
    {
        foreach (var device in devices)
        {
            _ringing.Take(new RingDeviceGone(device));
            foreach (var call in _calls.All.Where(c => c.BoundDeviceId == device && c.BoundDeviceHasSocket))
                TellPresence(call);
        }

        Schedule();
    }

    /// <summary>
    /// Reports to a call whether its bound device is connected: as of when the report is sent, so that a late retry is not
    /// stale.
    /// </summary>
    private void TellPresence(OpenCall open)
    {
        var device = open.BoundDeviceId!;
        _context.ToCall(open.CallId, "reporting a device's presence", call =>
            call.Execute(new DevicePresence { UserId = UserId, DeviceId = device, Connected = _presence.Has(device) }));
    }

    /// <summary>Sends an event to its devices; a signal for a device that is briefly disconnected is queued.</summary>
    private void Send(Envelope envelope)
    {
        // A queued signal must not be overtaken by later ones.
        if (envelope is { Event: SignalReceived signal, OnlyDevice: { } device }
            && (!_presence.Has(device) || _mailboxes.GetValueOrDefault(signal.CallId)?.Has(device) == true))
            Keep(signal, device);
        else
            _presence.Send(envelope);
    }

    private void Undelivered(ClientEvent what)
    {
        // The connection may have been dropped by a signal before this one.
        if (what is SignalReceived signal && _calls.Find(signal.CallId)?.BoundDeviceId is { } device && !_presence.Has(device))
            Keep(signal, device);
    }

    private void Keep(SignalReceived signal, string deviceId)
    {
        if (_calls.Find(signal.CallId) is null)
            return;
        if (!_mailboxes.TryGetValue(signal.CallId, out var mailbox))
            _mailboxes.Add(signal.CallId, mailbox = new Mailbox());
        mailbox.Add(deviceId, signal);
    }

    /// <summary>Deactivates a user without any state at once: anybody may query users who do not exist.</summary>
    private void LeaveIfUnknown()
    {
        if (!_account.Exists && _account.LastSeen is null && _presence.IsEmpty && _calls.IsEmpty)
            DeactivateOnIdle();
    }
}
