using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Orleans.Concurrency;

namespace OrleansCalls;

/// <summary>
/// One user: connected devices (leases, never durable), open calls (soft, told by the calls), and what is durable because the
/// user said so: push tokens, settings, missed calls. Answers calls without calling them back in the same turn.
/// </summary>
[Alias("OrleansCalls.IUserGrain")]
public interface IUserGrain : IGrainWithStringKey
{
    /// <summary>
    /// Asks for a place for a call that is about to start, and takes it. Calls ask all their users one after another in ordinal
    /// order of user id, so that two calls between the same people meet at the same user first and exactly one of them wins.
    /// </summary>
    [Alias("Admit"), ResponseTimeout("00:00:05")]
    Task<Admission> Admit(AdmissionRequest request);

    /// <summary>Gives the place back: the call did not come to be.</summary>
    [Alias("Release"), ResponseTimeout("00:00:05")]
    Task Release(string callId);

    /// <summary>News of a call, in order. Returns once they are handed to the gateways' queues, or are durable where they must be.</summary>
    /// <returns>What is known already of its deliveries; what becomes known later is reported to the call.</returns>
    [Alias("Notify"), ResponseTimeout("00:00:05")]
    Task<ImmutableArray<TimelineEntry>> Notify(UserNotice notice);

    /// <summary>A device has connected to a gateway. A live connection of the same device is displaced.</summary>
    [Alias("Connect"), ResponseTimeout("00:00:05")]
    Task<ConnectReply> Connect(IGatewayObserver gateway, Connection connection);

    /// <summary>A connection is gone. An unknown id is no error.</summary>
    [Alias("Disconnect"), ResponseTimeout("00:00:05")]
    Task Disconnect(string connectionId);

    /// <summary>Renews the leases of this user's connections at one gateway; answers the ids that were displaced and should close.</summary>
    [Alias("Renew"), ResponseTimeout("00:00:05")]
    Task<ImmutableArray<string>> Renew(IGatewayObserver gateway, ImmutableArray<Connection> connections);

    /// <summary>
    /// Makes sure that connections are there: their gateways ask them for a sign of life and close those that give none, and a gateway
    /// that does not answer loses all of this user's.
    /// </summary>
    [Alias("Probe"), AlwaysInterleave, ResponseTimeout("00:00:05")]
    Task Probe(ImmutableArray<string> connectionIds);

    /// <summary>Ids of the calls in which this user has an open part.</summary>
    [Alias("GetOpenCallIds"), ResponseTimeout("00:00:05")]
    Task<ImmutableArray<string>> GetOpenCallIds();

    /// <summary>
    /// Keeps a device's push token; the device's former token of the same provider is forgotten, and those of the device whose token is the
    /// oldest if this is the 17th device. Durable.
    /// </summary>
    /// <returns>Null; a silo of a version before this one refuses a 17th device.</returns>
    [Alias("SetPushToken"), ResponseTimeout("00:00:05")]
    Task<CallError?> SetPushToken(string deviceId, PushProvider provider, string token);

    /// <summary>Forgets a device's push token. Durable.</summary>
    [Alias("ClearPushToken"), ResponseTimeout("00:00:05")]
    Task ClearPushToken(string deviceId, PushProvider provider);

    /// <summary>
    /// Forgets a push token, on whichever device it is: it has become somebody else's. Durable. A ring that was pushed there is cancelled.
    /// </summary>
    [Alias("ForgetPushToken"), ResponseTimeout("00:00:05")]
    Task ForgetPushToken(PushProvider provider, string token);

    /// <summary>Removes a push token that its provider has refused, unless the device has set one since. Durable.</summary>
    [Alias("DropPushToken"), ResponseTimeout("00:00:05")]
    Task DropPushToken(string deviceId, PushProvider provider, string token, DateTimeOffset setAt);

    /// <summary>Whether a push token is this user's, on whichever device.</summary>
    [Alias("HasPushToken"), ResponseTimeout("00:00:05")]
    Task<bool> HasPushToken(PushProvider provider, string token);

    /// <summary>The user's own settings.</summary>
    [Alias("GetSettings"), ResponseTimeout("00:00:05")]
    Task<UserSettings> GetSettings();

    /// <summary>Replaces the user's own settings; all connected devices are told. Durable.</summary>
    [Alias("PutSettings"), ResponseTimeout("00:00:05")]
    Task PutSettings(UserSettings settings);

    /// <summary>Changes those of the user's own settings that are given; the other devices are told. Durable.</summary>
    /// <returns>All of them, as they are kept now.</returns>
    [Alias("ChangeSettings"), ResponseTimeout("00:00:05")]
    Task<UserSettings> ChangeSettings(SettingsChange change, string? byDeviceId);

    /// <summary>Missed calls up to an instant are seen; the other devices are told. Durable.</summary>
    [Alias("AckMissedCalls"), ResponseTimeout("00:00:05")]
    Task AckMissedCalls(DateTimeOffset upTo, string? byDeviceId);

    /// <summary>Past calls, newest first.</summary>
    [Alias("GetHistory"), AlwaysInterleave, ResponseTimeout("00:00:10")]
    Task<HistoryPage> GetHistory(HistoryQuery query);

    /// <summary>
    /// The ends of the user's last calls (<see cref="CallLimits.EndsTold"/>, <see cref="CallLimits.EndsToldFor"/>), oldest first, for a
    /// device that does not name what it has seen. A call in which the user has an open part is not among them. Throws while history
    /// cannot be read.
    /// </summary>
    [Alias("GetEnds"), AlwaysInterleave, ResponseTimeout("00:00:05")]
    Task<ImmutableArray<PastEnd>> GetEnds();

    /// <summary>Whether any device is connected.</summary>
    [Alias("GetPresence"), ResponseTimeout("00:00:05")]
    Task<Presence> GetPresence();

    /// <summary>
    /// As <see cref="GetPresence"/>, and the gateway is told of changes from now on, until the watch expires (2 minutes; renew by
    /// calling again) or is withdrawn.
    /// </summary>
    [Alias("WatchPresence"), ResponseTimeout("00:00:05")]
    Task<Presence> WatchPresence(IGatewayObserver gateway, string gatewayId);

    /// <summary>Withdraws a gateway's watch.</summary>
    [Alias("UnwatchPresence"), ResponseTimeout("00:00:05")]
    Task UnwatchPresence(string gatewayId);

    /// <summary>An app back end's own notice to the user's connected devices, or to one of them.</summary>
    /// <returns>How many connections it was handed to.</returns>
    [Alias("SendNotification"), ResponseTimeout("00:00:05")]
    Task<int> SendNotification(NotificationReceived notification, string? onlyDevice = null);

    /// <summary>
    /// Finds out which of the user's devices would ring now, without ringing: sends each a silent event and a silent push, and waits for
    /// their acknowledgements, 10 seconds at most. Nothing of it is stored, but that a token which its provider refuses is dropped.
    /// </summary>
    [Alias("TestRing"), AlwaysInterleave, ResponseTimeout("00:00:15")]
    Task<TestRingReply> TestRing(TestRingRequest request);

    /// <summary>A device acknowledges a test.</summary>
    /// <returns>False: the test is over, never was, or is of other devices.</returns>
    [Alias("AckTestRing"), ResponseTimeout("00:00:05")]
    Task<bool> AckTestRing(string testId, string deviceId, bool overSocket);

    /// <summary>Forgets all that is durable of this user: push tokens, settings, missed calls. Connections and open calls stay.</summary>
    [Alias("Erase"), ResponseTimeout("00:00:05")]
    Task<UserErasure> Erase();

    /// <summary>Puts an anonymous id and no name in the place of a caller among this user's missed calls. Durable.</summary>
    [Alias("ForgetCaller"), ResponseTimeout("00:00:05")]
    Task ForgetCaller(string callerId, string alias);

    /// <summary>What operators see of a user.</summary>
    [Alias("Inspect"), ResponseTimeout("00:00:05")]
    Task<UserInspection> Inspect();
}

/// <summary>A call that is about to start asks one of its users for a place.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.AdmissionRequest")]
public sealed record AdmissionRequest
{
    /// <summary>The call as the user is to keep it.</summary>
    [Id(0)] public required OpenCall Call { get; init; }

    /// <summary>For whoever rings: at most this many unanswered rings to one callee within <see cref="PairWindow"/>; 0 for no limit.</summary>
    [Id(1)] public int PairLimit { get; init; }

    /// <summary>See <see cref="PairLimit"/>.</summary>
    [Id(2)] public TimeSpan PairWindow { get; init; }

    /// <summary>
    /// Who invites into a call that is there already; null for a start. The inviter is asked too, and only counts the rings:
    /// limits are the inviter's, and blocked is who the inviter or the caller of the call is.
    /// </summary>
    [Id(3)] public string? InviterId { get; init; }

    /// <summary>For whoever rings: at most this many starts and invites a minute; 0 for no limit.</summary>
    [Id(4)] public int StartLimit { get; init; }

    /// <summary>For whoever rings: at most this many different callees a minute; 0 for no limit.</summary>
    [Id(5)] public int CalleeLimit { get; init; }

    /// <summary>At most this many open calls of one user; 0 for no limit.</summary>
    [Id(6)] public int OpenLimit { get; init; }
}

/// <summary>What a user's grain answers to <see cref="AdmissionRequest"/>.</summary>
public enum AdmissionOutcome
{
    /// <summary>The place is taken.</summary>
    Admitted = 1,

    /// <summary>Taken, and <see cref="Admission.OtherCallId"/>, an older call of the same two people, is to end <see cref="EndReason.Replaced"/>.</summary>
    Replaces = 2,

    /// <summary>Not taken: the callee is ringing the caller in <see cref="Admission.OtherCallId"/>.</summary>
    Glare = 3,

    /// <summary>Not taken: in a call with somebody else, or in as many as may be.</summary>
    Busy = 4,

    /// <summary>Not taken: the user does not take calls from this caller.</summary>
    Blocked = 5,

    /// <summary>Not taken: the user has rung too often, too many people, or one of them in vain; see <see cref="AdmissionRequest"/>.</summary>
    RateLimited = 6,

    /// <summary>Not taken: the user does not want to be disturbed, and finds a missed call later.</summary>
    DoNotDisturb = 7,
}

/// <summary>See <see cref="IUserGrain.Admit"/>.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.Admission")]
public sealed record Admission
{
    /// <summary>What came of it.</summary>
    [Id(0)] public required AdmissionOutcome Outcome { get; init; }

    /// <summary>The other call, with <see cref="AdmissionOutcome.Glare"/> and <see cref="AdmissionOutcome.Replaces"/>.</summary>
    [Id(1)] public string? OtherCallId { get; init; }

    /// <summary>With <see cref="AdmissionOutcome.Glare"/>: both want the same media, so the second start counts as an accept.</summary>
    [Id(2)] public bool SameMedia { get; init; }

    /// <summary>With <see cref="AdmissionOutcome.RateLimited"/>: when to try again.</summary>
    [Id(3)] public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether a device of the user is connected.</summary>
    [Id(4)] public bool Online { get; init; }
}

/// <summary>A missed call, as kept until the user has seen it.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.MissedCall")]
public sealed record MissedCall
{
    /// <summary>Which call.</summary>
    [Id(0)] public required string CallId { get; init; }

    /// <summary>Who called.</summary>
    [Id(1)] public required string CallerId { get; init; }

    /// <summary>The caller's display name.</summary>
    [Id(2)] public string CallerName { get; init; } = "";

    /// <summary>Audio or video.</summary>
    [Id(3)] public required CallMedia Media { get; init; }

    /// <summary>When the user's part in it ended.</summary>
    [Id(4)] public required DateTimeOffset At { get; init; }

    /// <summary>The app's own conversation id.</summary>
    [Id(5)] public string? ConversationId { get; init; }
}

/// <summary>News of one call for one user.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.UserNotice")]
public sealed record UserNotice
{
    /// <summary>To whom.</summary>
    [Id(0)] public required string UserId { get; init; }

    /// <summary>Which call.</summary>
    [Id(1)] public required string CallId { get; init; }

    /// <summary>The user's part as it now is; null when it is over.</summary>
    [Id(2)] public OpenCall? Call { get; init; }

    /// <summary>What the user's devices are told, in order.</summary>
    [Id(3)] public ImmutableArray<Envelope> Events { get; init; } = [];

    /// <summary>A missed call to be kept until it is acknowledged, and pushed once.</summary>
    [Id(4)] public MissedCall? Missed { get; init; }

    /// <summary>A device that said it is alerting: it needs no push.</summary>
    [Id(5)] public string? AckedDeviceId { get; init; }

    /// <summary>The other side of each ring, of or at this user, that was answered just now: earlier rings at them no longer count.</summary>
    [Id(7)] public ImmutableArray<string> AnsweredBy { get; init; } = [];

    /// <summary>Callees of this user who are busy: nothing has rung, and nothing counts.</summary>
    [Id(8)] public ImmutableArray<string> BusyCallees { get; init; } = [];
}

/// <summary>The end of a user's part in a call.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.PastEnd")]
public sealed record PastEnd
{
    /// <summary>The event that tells it.</summary>
    [Id(0)] public required CallEnded End { get; init; }

    /// <summary>The call as history has it, without metadata; null when history has not been asked.</summary>
    [Id(1)] public Call? Call { get; init; }

    /// <summary>When the end was known.</summary>
    [Id(2)] public required DateTimeOffset At { get; init; }
}

/// <summary>One socket of one device.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.Connection")]
public sealed record Connection
{
    /// <summary>The gateway's process-wide unique id.</summary>
    [Id(0)] public required string GatewayId { get; init; }

    /// <summary>Unique over all gateways.</summary>
    [Id(1)] public required string ConnectionId { get; init; }

    /// <summary>The device that opened it.</summary>
    [Id(2)] public required string DeviceId { get; init; }

    /// <summary>What the device calls itself: web, android, ios.</summary>
    [Id(3)] public string? Platform { get; init; }

    /// <summary>When it was opened; of two connections of one device the younger stays.</summary>
    [Id(4)] public required DateTimeOffset ConnectedAt { get; init; }

    /// <summary>
    /// Whether the gateway can read <see cref="SettingsChanged"/>. One of the version before cannot, and would lose all that is in the same
    /// batch.
    /// </summary>
    [Id(5), JsonIgnore] public bool TakesSettings { get; init; }

    /// <summary>Whether gateway and client can read <see cref="TestRing"/>: no socket of a dialect can.</summary>
    [Id(6), JsonIgnore] public bool TakesTestRings { get; init; }
}

/// <summary>What a gateway learns when it announces a connection.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.ConnectReply")]
public sealed record ConnectReply
{
    /// <summary>Null, or why the connection must close (16 devices are connected already).</summary>
    [Id(0)] public CallError? Error { get; init; }

    /// <summary>Calls to put the device back into.</summary>
    [Id(1)] public ImmutableArray<string> OpenCallIds { get; init; } = [];

    /// <summary>Missed calls that nobody has acknowledged.</summary>
    [Id(2)] public int MissedCount { get; init; }
}

/// <summary>Whether a user is connected.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.Presence")]
public sealed record Presence
{
    /// <summary>Who.</summary>
    [Id(0)] public required string UserId { get; init; }

    /// <summary>Whether any device has a live connection.</summary>
    [Id(1)] public required bool Online { get; init; }

    /// <summary>When the last connection went, if that is known.</summary>
    [Id(2)] public DateTimeOffset? LastSeen { get; init; }

    /// <summary>For gateways only: whom the user has blocked.</summary>
    [Id(3), JsonIgnore] public ImmutableArray<string> HiddenFrom { get; init; } = [];

    /// <summary>As somebody else may see it: a blocked user finds somebody who has never been here.</summary>
    public Presence For(string readerId) =>
        HiddenFrom.Contains(readerId) ? new Presence { UserId = UserId, Online = false } : this;
}

/// <summary>What operators see of a user.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.UserInspection")]
public sealed record UserInspection
{
    /// <summary>Who.</summary>
    [Id(0)] public required string UserId { get; init; }

    /// <summary>Live connections.</summary>
    [Id(1)] public required ImmutableArray<Connection> Connections { get; init; }

    /// <summary>Devices with push tokens (the tokens themselves are not shown).</summary>
    [Id(2)] public required ImmutableArray<DevicePush> PushDevices { get; init; }

    /// <summary>Open calls.</summary>
    [Id(3)] public required ImmutableArray<OpenCall> OpenCalls { get; init; }

    /// <summary>Missed calls that nobody has acknowledged.</summary>
    [Id(4)] public required int MissedCount { get; init; }

    /// <summary>The user's own settings.</summary>
    [Id(5)] public UserSettings Settings { get; init; } = new();

    /// <summary>The missed calls of <see cref="MissedCount"/>, the newest 20, newest first.</summary>
    [Id(6)] public ImmutableArray<MissedCall> Missed { get; init; } = [];

    /// <summary>When the last connection went; null if one is there, or that is not known.</summary>
    [Id(7)] public DateTimeOffset? LastSeen { get; init; }
}

/// <summary>What was forgotten of a user.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.UserErasure")]
public sealed record UserErasure
{
    /// <summary>Push tokens.</summary>
    [Id(0)] public required int PushTokens { get; init; }

    /// <summary>Missed calls that nobody had acknowledged.</summary>
    [Id(1)] public required int MissedCalls { get; init; }

    /// <summary>Calls that this user has, or has had lately: their history may still be on its way.</summary>
    [Id(2)] public ImmutableArray<string> CallIds { get; init; } = [];
}

/// <summary>That a device can be pushed.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.DevicePush")]
public sealed record DevicePush
{
    /// <summary>Which device.</summary>
    [Id(0)] public required string DeviceId { get; init; }

    /// <summary>By which provider.</summary>
    [Id(1)] public required PushProvider Provider { get; init; }

    /// <summary>Since when.</summary>
    [Id(2)] public required DateTimeOffset SetAt { get; init; }
}
