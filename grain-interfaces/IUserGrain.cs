using System.Collections.Immutable;
using Orleans.Concurrency;

namespace OrleansCalls;

/// <summary>
/// One user: connected devices (leases, never durable), open calls (soft state, sent by the calls), and durable data: push
/// tokens, settings, missed calls. Never calls a call's grain back in the turn that serves its request.
/// </summary>
[Alias("OrleansCalls.IUserGrain")]
public interface IUserGrain : IGrainWithStringKey
{
    /// <summary>
    /// Admits a starting call, and reserves its place. A call asks its users one after another in ordinal order of their ids. Two
    /// calls between the same users therefore meet at the same user first, so exactly one of them wins.
    /// </summary>
    [Alias("Admit"), ResponseTimeout("00:00:05")]
    Task<Admission> Admit(AdmissionRequest request);

    /// <summary>Releases the place of a call that did not start.</summary>
    [Alias("Release"), ResponseTimeout("00:00:05")]
    Task Release(string callId);

    /// <summary>
    /// Delivers the events of a call, in order. Returns once they are in the gateways' queues, and stored where they must be
    /// durable.
    /// </summary>
    /// <returns>The deliveries known already; later ones are reported to the call.</returns>
    [Alias("Notify"), ResponseTimeout("00:00:05")]
    Task<ImmutableArray<TimelineEntry>> Notify(UserNotice notice);

    /// <summary>Adds a connection of a device. A live connection of the same device is displaced.</summary>
    [Alias("Connect"), ResponseTimeout("00:00:05")]
    Task<ConnectReply> Connect(IGatewayObserver gateway, Connection connection);

    /// <summary>Removes a connection. Ignores an unknown id.</summary>
    [Alias("Disconnect"), ResponseTimeout("00:00:05")]
    Task Disconnect(string connectionId);

    /// <summary>
    /// Renews the leases of this user's connections at one gateway. Returns the ids that were displaced and must be closed.
    /// </summary>
    [Alias("Renew"), ResponseTimeout("00:00:05")]
    Task<ImmutableArray<string>> Renew(IGatewayObserver gateway, ImmutableArray<Connection> connections);

    /// <summary>
    /// Checks whether connections are alive: their gateways ping them and close those that do not respond. A gateway that does
    /// not answer loses all connections of this user.
    /// </summary>
    [Alias("Probe"), AlwaysInterleave, ResponseTimeout("00:00:05")]
    Task Probe(ImmutableArray<string> connectionIds);

    /// <summary>Returns the ids of the calls in which this user has an open part.</summary>
    [Alias("GetOpenCallIds"), ResponseTimeout("00:00:05")]
    Task<ImmutableArray<string>> GetOpenCallIds();

    /// <summary>
    /// Stores a device's push token and removes its previous one of the same provider. For a 17th device, removes the tokens of
    /// the device whose newest token is the oldest. Durable.
    /// </summary>
    /// <returns>Null; a silo of the previous version rejects a 17th device.</returns>
    [Alias("SetPushToken"), ResponseTimeout("00:00:05")]
    Task<CallError?> SetPushToken(string deviceId, PushProvider provider, string token);

    /// <summary>Removes a device's push token. Durable.</summary>
    [Alias("ClearPushToken"), ResponseTimeout("00:00:05")]
    Task ClearPushToken(string deviceId, PushProvider provider);

    /// <summary>
    /// Removes a push token of any device, since another user has registered it, and cancels a ring that was pushed to it.
    /// Durable.
    /// </summary>
    [Alias("ForgetPushToken"), ResponseTimeout("00:00:05")]
    Task ForgetPushToken(PushProvider provider, string token);

    /// <summary>Removes a push token that its provider has rejected, unless the device has set it again since. Durable.</summary>
    [Alias("DropPushToken"), ResponseTimeout("00:00:05")]
    Task DropPushToken(string deviceId, PushProvider provider, string token, DateTimeOffset setAt);

    /// <summary>Returns true if any device of this user has the push token.</summary>
    [Alias("HasPushToken"), ResponseTimeout("00:00:05")]
    Task<bool> HasPushToken(PushProvider provider, string token);

    /// <summary>Returns the user's settings.</summary>
    [Alias("GetSettings"), ResponseTimeout("00:00:05")]
    Task<UserSettings> GetSettings();

    /// <summary>Replaces the user's settings and notifies all connected devices. Durable.</summary>
    [Alias("PutSettings"), ResponseTimeout("00:00:05")]
    Task PutSettings(UserSettings settings);

    /// <summary>Changes the given settings of the user and notifies the other devices. Durable.</summary>
    /// <returns>All settings, as stored now.</returns>
    [Alias("ChangeSettings"), ResponseTimeout("00:00:05")]
    Task<UserSettings> ChangeSettings(SettingsChange change, string? byDeviceId);

    /// <summary>Marks missed calls up to a time as seen and notifies the other devices. Durable.</summary>
    [Alias("AckMissedCalls"), ResponseTimeout("00:00:05")]
    Task AckMissedCalls(DateTimeOffset upTo, string? byDeviceId);

    /// <summary>Returns past calls, newest first.</summary>
    [Alias("GetHistory"), AlwaysInterleave, ResponseTimeout("00:00:10")]
    Task<HistoryPage> GetHistory(HistoryQuery query);

    /// <summary>
    /// Returns the ends of the user's last calls (<see cref="CallLimits.EndsTold"/>, <see cref="CallLimits.EndsToldFor"/>),
    /// oldest first, for a device that connects without its last numbers. Calls in which the user has an open part are excluded.
    /// Throws when history cannot be read.
    /// </summary>
    [Alias("GetEnds"), AlwaysInterleave, ResponseTimeout("00:00:05")]
    Task<ImmutableArray<PastEnd>> GetEnds();

    /// <summary>Returns the user's presence.</summary>
    [Alias("GetPresence"), ResponseTimeout("00:00:05")]
    Task<Presence> GetPresence();

    /// <summary>
    /// Returns the user's presence, and sends changes to the gateway until the watch expires (after 2 minutes; repeat the call to
    /// renew it) or is removed.
    /// </summary>
    [Alias("WatchPresence"), ResponseTimeout("00:00:05")]
    Task<Presence> WatchPresence(IGatewayObserver gateway, string gatewayId);

    /// <summary>Removes a gateway's watch.</summary>
    [Alias("UnwatchPresence"), ResponseTimeout("00:00:05")]
    Task UnwatchPresence(string gatewayId);

    /// <summary>Sends a notification of an app's back end to the user's connected devices, or to one of them.</summary>
    /// <returns>The number of connections it was sent to.</returns>
    [Alias("SendNotification"), ResponseTimeout("00:00:05")]
    Task<int> SendNotification(NotificationReceived notification, string? onlyDevice = null);

    /// <summary>
    /// Tests which of the user's devices would ring now, without ringing. Sends each a silent event and a silent push, and waits
    /// at most 10 seconds for their acknowledgements. Stores nothing, except that a token rejected by its provider is removed.
    /// </summary>
    [Alias("TestRing"), AlwaysInterleave, ResponseTimeout("00:00:15")]
    Task<TestRingReply> TestRing(TestRingRequest request);

    /// <summary>Acknowledges a test on a device.</summary>
    /// <returns>False when the test is over or unknown, or does not include the device.</returns>
    [Alias("AckTestRing"), ResponseTimeout("00:00:05")]
    Task<bool> AckTestRing(string testId, string deviceId, bool overSocket);

    /// <summary>
    /// Deletes the durable data of this user: push tokens, settings, missed calls. Connections and open calls remain.
    /// </summary>
    [Alias("Erase"), ResponseTimeout("00:00:05")]
    Task<UserErasure> Erase();

    /// <summary>Replaces a caller in this user's missed calls by a pseudonym without a name. Durable.</summary>
    [Alias("ForgetCaller"), ResponseTimeout("00:00:05")]
    Task ForgetCaller(string callerId, string alias);

    /// <summary>Returns the operators' view of the user.</summary>
    [Alias("Inspect"), ResponseTimeout("00:00:05")]
    Task<UserInspection> Inspect();
}
