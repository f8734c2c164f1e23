using System.Collections.Immutable;
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

    /// <summary>
    /// News of a call, in order. Returns once they are handed to the gateways' queues, or are durable where they must be.
    /// </summary>
    /// <returns>What is known already of its deliveries; what becomes known later is reported to the call.</returns>
    [Alias("Notify"), ResponseTimeout("00:00:05")]
    Task<ImmutableArray<TimelineEntry>> Notify(UserNotice notice);

    /// <summary>A device has connected to a gateway. A live connection of the same device is displaced.</summary>
    [Alias("Connect"), ResponseTimeout("00:00:05")]
    Task<ConnectReply> Connect(IGatewayObserver gateway, Connection connection);

    /// <summary>A connection is gone. An unknown id is no error.</summary>
    [Alias("Disconnect"), ResponseTimeout("00:00:05")]
    Task Disconnect(string connectionId);

    /// <summary>
    /// Renews the leases of this user's connections at one gateway; answers the ids that were displaced and should close.
    /// </summary>
    [Alias("Renew"), ResponseTimeout("00:00:05")]
    Task<ImmutableArray<string>> Renew(IGatewayObserver gateway, ImmutableArray<Connection> connections);

    /// <summary>
    /// Makes sure that connections are there: their gateways ask them for a sign of life and close those that give none, and a
    /// gateway that does not answer loses all of this user's.
    /// </summary>
    [Alias("Probe"), AlwaysInterleave, ResponseTimeout("00:00:05")]
    Task Probe(ImmutableArray<string> connectionIds);

    /// <summary>Ids of the calls in which this user has an open part.</summary>
    [Alias("GetOpenCallIds"), ResponseTimeout("00:00:05")]
    Task<ImmutableArray<string>> GetOpenCallIds();

    /// <summary>
    /// Keeps a device's push token; the device's former token of the same provider is forgotten, and those of the device whose
    /// token is the oldest if this is the 17th device. Durable.
    /// </summary>
    /// <returns>Null; a silo of a version before this one refuses a 17th device.</returns>
    [Alias("SetPushToken"), ResponseTimeout("00:00:05")]
    Task<CallError?> SetPushToken(string deviceId, PushProvider provider, string token);

    /// <summary>Forgets a device's push token. Durable.</summary>
    [Alias("ClearPushToken"), ResponseTimeout("00:00:05")]
    Task ClearPushToken(string deviceId, PushProvider provider);

    /// <summary>
    /// Forgets a push token, on whichever device it is: it has become somebody else's. Durable. A ring that
    /// was pushed there is cancelled.
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
    /// The ends of the user's last calls (<see cref="CallLimits.EndsTold"/>, <see cref="CallLimits.EndsToldFor"/>), oldest
    /// first, for a device that does not name what it has seen. A call in which the user has an open part is not among them.
    /// Throws while history cannot be read.
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
    /// Finds out which of the user's devices would ring now, without ringing: sends each a silent event and a silent
    /// push, and waits for their acknowledgements, 10 seconds at most. Nothing of it is stored, but that a token which
    /// its provider refuses is dropped.
    /// </summary>
    [Alias("TestRing"), AlwaysInterleave, ResponseTimeout("00:00:15")]
    Task<TestRingReply> TestRing(TestRingRequest request);

    /// <summary>A device acknowledges a test.</summary>
    /// <returns>False: the test is over, never was, or is of other devices.</returns>
    [Alias("AckTestRing"), ResponseTimeout("00:00:05")]
    Task<bool> AckTestRing(string testId, string deviceId, bool overSocket);

    /// <summary>
    /// Forgets all that is durable of this user: push tokens, settings, missed calls. Connections and open calls stay.
    /// </summary>
    [Alias("Erase"), ResponseTimeout("00:00:05")]
    Task<UserErasure> Erase();

    /// <summary>Puts an anonymous id and no name in the place of a caller among this user's missed calls. Durable.</summary>
    [Alias("ForgetCaller"), ResponseTimeout("00:00:05")]
    Task ForgetCaller(string callerId, string alias);

    /// <summary>What operators see of a user.</summary>
    [Alias("Inspect"), ResponseTimeout("00:00:05")]
    Task<UserInspection> Inspect();
}
