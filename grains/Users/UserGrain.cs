using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Orleans.Placement;
using OrleansCalls.History;

namespace OrleansCalls.Users;

/// <summary>
/// Hosts one user. Soft and in memory: connections, open calls, rings, watches. Durable, and written before it is told: tokens,
/// settings, missed calls. A command to a call goes out beside the turn, never in it, so that calls and users cannot wait in a circle.
/// </summary>
[PreferLocalPlacement]
public sealed partial class UserGrain : Grain, IUserGrain
{
    private const int InspectedMissed = 20;

    private static readonly TimeSpan WatchLife = TimeSpan.FromMinutes(2);

    private readonly IPersistentState<StoredUser> _stored;
    private readonly UserServices _services;
    private readonly ILogger _logger;
    private readonly Background _background;
    private readonly OpenCalls _calls = new();
    private readonly PastEnds _ends = new();
    private readonly Connections _connections;
    private readonly Dictionary<string, GatewayLink> _gateways = [];
    private readonly Dictionary<string, RingPlan> _rings = [];
    private readonly Dictionary<string, Mailbox> _mailboxes = [];
    private readonly HashSet<string> _unsynced = [];
    private readonly Dictionary<string, (IGatewayObserver Gateway, DateTimeOffset Until)> _watchers = [];
    private DateTimeOffset? _lastSeen;
    private ImmutableArray<TimelineEntry>.Builder? _delivered;
    private bool _resync;

    /// <summary>Made by Orleans.</summary>
    public UserGrain([PersistentState("user", "users")] IPersistentState<StoredUser> stored, UserServices services)
    {
        _stored = stored;
        _services = services;
        _logger = services.Logger;
        _background = new Background(UserId, services.Time, (work, exception) => LogRetry(exception, UserId, work));
        _connections = new Connections(services.Options.Value.Lease);
    }

    private string UserId => this.GetPrimaryKeyString();

    private DateTimeOffset Now => _services.Time.GetUtcNow();

    private StoredUser User => _stored.State;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _lastSeen = User.LastSeen;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _background.Stop();
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
        return Task.FromResult(admission with { Online = _connections.Any });
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
        using var span = CallTrace.Start(notice.Events.Any(e => e.Event is CallIncoming) ? "user.ring" : "user.notify", notice.CallId, UserId);
        var delivered = ImmutableArray.CreateBuilder<TimelineEntry>();
        if (_calls.Update(notice))
        {
            _ends.Take(notice, Now);
            EndDouble(notice.CallId);
            _delivered = delivered;
            try
            {
                Tell(notice);
            }
            finally
            {
                _delivered = null;
            }
        }

        // The end that devices have just heard lies in the call's row. The missed call is written before anything is told of it, and the
        // notice comes again until it is.
        if (notice.Missed is { } missed)
            await Miss(missed);
        return delivered.DrainToImmutable();
    }

    private void EndDouble(string callId)
    {
        if (_calls.DoubleOf(callId) is var (older, newer))
            _ = _background.UntilDoneOrGivenUp("the end of a replaced call", () => GrainFactory.GetCall(older).Execute(new ReplaceCall { ByCallId = newer }));
    }

    private void Tell(UserNotice notice)
    {
        foreach (var envelope in notice.Events)
        {
            if (envelope.Event is CallIncoming incoming)
                Ring(notice, incoming);
            else
                Send(envelope, notice.CallId);
        }

        if (notice.AckedDeviceId is { } acked && _rings.TryGetValue(notice.CallId, out var ring))
            ring.Ack(acked);
        if (!IsRinging(notice.CallId))
            StopRinging(notice.CallId, DeclinedOn(notice));
        if (notice.Call is null)
            _mailboxes.Remove(notice.CallId);
        // It acted over REST although it has a socket, so that its absence can be noticed like any other.
        else if (notice.Call is { BoundDeviceHasSocket: false, BoundDeviceId: { } device } && _connections.Has(device))
            TellPresence(notice.Call);
        Schedule();
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<string>> GetOpenCallIds() => Task.FromResult<ImmutableArray<string>>([.. _calls.All.Select(c => c.CallId)]);

    /// <inheritdoc/>
    public async Task<CallError?> SetPushToken(string deviceId, PushProvider provider, string token)
    {
        await Write(user => UserRules.SetToken(user, deviceId, provider, token, Now));
        // A device that has just become reachable, or got a token that is good, may be the one a call is ringing for.
        foreach (var ring in _rings.Values)
            ring.TokenChanged(deviceId);
        PushDue();
        Schedule();
        return null;
    }

    /// <inheritdoc/>
    public Task ClearPushToken(string deviceId, PushProvider provider) =>
        Write(user => user.Tokens.Any(t => t.DeviceId == deviceId && t.Provider == provider)
            ? UserRules.ClearToken(user, deviceId, provider)
            : user);

    /// <inheritdoc/>
    public async Task ForgetPushToken(PushProvider provider, string token)
    {
        var rung = UserRules.RingTokens(User).Where(t => t.Provider == provider && t.Token == token).ToList();
        var forgotten = await Write(user =>
            user.Tokens.Any(t => t.Provider == provider && t.Token == token) ? UserRules.ForgetToken(user, provider, token) : user);
        // The phone may be ringing for somebody who is not signed in on it any more.
        foreach (var phone in forgotten ? rung : [])
            foreach (var ring in _rings.Values)
                CancelOn(phone, ring);
    }

    /// <inheritdoc/>
    public Task DropPushToken(string deviceId, PushProvider provider, string token, DateTimeOffset setAt)
    {
        var refused = new DeviceToken { DeviceId = deviceId, Provider = provider, Token = token, SetAt = setAt };
        return Write(user => user.Tokens.Contains(refused) ? UserRules.DropToken(user, refused) : user);
    }

    /// <inheritdoc/>
    public Task<bool> HasPushToken(PushProvider provider, string token) =>
        Task.FromResult(User.Tokens.Any(t => t.Provider == provider && t.Token == token));

    /// <inheritdoc/>
    public Task<UserSettings> GetSettings() => Task.FromResult(User.Settings);

    /// <inheritdoc/>
    public Task PutSettings(UserSettings settings) => KeepSettings(_ => settings, byDeviceId: null);

    /// <inheritdoc/>
    public async Task<UserSettings> ChangeSettings(SettingsChange change, string? byDeviceId)
    {
        await KeepSettings(settings => UserRules.Change(settings, change), byDeviceId);
        return User.Settings;
    }

    /// <inheritdoc/>
    public async Task AckMissedCalls(DateTimeOffset upTo, string? byDeviceId)
    {
        if (!await Write(user => UserRules.Ack(user, upTo, Now)))
            return;
        Send(new Envelope { Event = new MissedCallsAcked { UpTo = User.AckedUpTo!.Value }, ExceptDevice = byDeviceId }, callId: null);
    }

    /// <inheritdoc/>
    public Task<HistoryPage> GetHistory(HistoryQuery query) => HistoryAnswer.OrRefusal(() => _services.History.ForUser(UserId, query));

    /// <inheritdoc/>
    public async Task<ImmutableArray<PastEnd>> GetEnds()
    {
        if (!_ends.IsComplete)
            _ends.Take(await _services.History.ForUser(UserId, new HistoryQuery { Limit = CallLimits.EndsTold }));
        return _ends.Since(Now - CallLimits.EndsToldFor).RemoveAll(end => _calls.Find(end.End.CallId) is not null);
    }

    /// <inheritdoc/>
    public Task<int> SendNotification(NotificationReceived notification, string? onlyDevice = null)
    {
        Send(new Envelope { Event = notification, OnlyDevice = onlyDevice }, callId: null);
        return Task.FromResult(_connections.All.Count(connection => onlyDevice is null || connection.DeviceId == onlyDevice));
    }

    /// <inheritdoc/>
    public Task<UserInspection> Inspect() => Task.FromResult(new UserInspection
    {
        UserId = UserId,
        Connections = _connections.All,
        PushDevices = [.. User.Tokens.Select(t => new DevicePush { DeviceId = t.DeviceId, Provider = t.Provider, SetAt = t.SetAt })],
        OpenCalls = [.. _calls.All],
        MissedCount = User.Missed.Length,
        Settings = User.Settings,
        Missed = [.. User.Missed.OrderByDescending(missed => missed.At).Take(InspectedMissed)],
        LastSeen = _connections.Any ? null : _lastSeen,
    });

    private async Task KeepSettings(Func<UserSettings, UserSettings> change, string? byDeviceId)
    {
        var hidden = User.Settings.Blocked;
        if (!await Write(user => user with { Settings = change(user.Settings) }))
            return;
        Send(new Envelope { Event = new SettingsChanged { Settings = User.Settings }, ExceptDevice = byDeviceId }, callId: null);
        // Watchers who are blocked from now on, or no longer, see somebody else.
        if (!hidden.SequenceEqual(User.Settings.Blocked))
            TellWatchers();
    }

    /// <summary>Whoever was only asked about leaves memory at once: anybody may ask about users who do not exist.</summary>
    private void LeaveIfUnknown()
    {
        if (!_stored.RecordExists && !_connections.Any && _calls.IsEmpty && _lastSeen is null && _watchers.Count == 0 && _gateways.Count == 0)
            DeactivateOnIdle();
    }

    /// <summary>Changes what is durable. After a failed write the table is read again before the next one.</summary>
    /// <returns>Whether there was anything to change.</returns>
    private async Task<bool> Write(Func<StoredUser, StoredUser> change)
    {
        var before = User;
        try
        {
            if (_resync)
            {
                await _stored.ReadStateAsync();
                _resync = false;
                before = User;
            }

            var after = change(before);
            if (after == before)
                return false;
            _stored.State = after with { LastSeen = _lastSeen };
            await _stored.WriteStateAsync();
            ReleaseTokens(before, after);
            return true;
        }
        catch (Exception exception)
        {
            throw NotWritten(exception, before);
        }
    }

    // The connections are worth more than the activation: keep both, and believe the table next time.
    private StorageUnavailableException NotWritten(Exception exception, StoredUser before)
    {
        _stored.State = before;
        _resync = true;
        LogWriteFailed(exception, UserId);
        return new StorageUnavailableException("The user's storage is unavailable; the command may be sent again.");
    }
}
