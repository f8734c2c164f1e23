using System.Diagnostics;

namespace OrleansCalls.Gateway.Hubs;

/// <summary>Which client method tells of which event; the one table.</summary>
internal static class ClientEvents
{
    /// <summary>Tells <paramref name="client"/>, a device of <paramref name="userId"/>, of an event.</summary>
    public static Task Send(ICallClient client, ClientEvent what, string userId, IceServers ice) => what switch
    {
        CallIncoming e => client.CallIncoming(new IncomingCallView(e.Call) { Offer = e.Offer, IceServers = ice.For(userId) }),
        CallProgress e => client.CallProgress(new CallProgressView(e.CallId, e.Seq, e.UserId, e.Stage)),
        CallAccepted e => client.CallAccepted(new CallAcceptedView(e.CallId, e.Seq, e.UserId, e.DeviceId, e.Answer)),
        CallReady e => client.CallReady(new CallReadyView(e.CallId, e.Seq, e.UserId, e.Answer)),
        CallRejected e => client.CallRejected(new CallRejectedView(e.CallId, e.Seq, e.UserId, e.Reason)),
        CallUpdated e => client.CallUpdated(new CallView(e.Call)),
        CallEnded e => client.CallEnded(new CallEndedView(e.CallId, e.Seq, e.Reason, e.EndedBy, e.DurationMs)),
        SignalReceived e => client.SignalReceived(new SignalView(e.CallId, e.FromUserId, e.Kind, e.Payload)),
        MissedCallsAcked e => client.MissedCallsAcked(new MissedCallsAckedView(e.UpTo)),
        NotificationReceived e => client.NotificationReceived(new NotificationView(e.Type, e.Payload)),
        SettingsChanged e => client.SettingsChanged(e.Settings),
        TestRing e => client.TestRing(new TestRingView(e.TestId)),
        // A silo of a newer version may know events that this process does not; its clients do not know them either.
        _ => Task.CompletedTask,
    };

    /// <summary>Tells <paramref name="client"/> of anything that is queued for it.</summary>
    public static Task Send(ICallClient client, Outgoing message, string userId, IceServers ice) => message switch
    {
        Outgoing.Event e => Send(client, e.What, userId, ice),
        Outgoing.OpenCalls e => client.OpenCalls(e.What),
        Outgoing.PresenceChange e => client.PresenceChanged(e.What),
        Outgoing.Reconnect e => client.Reconnect(e.What),
        Outgoing.Displaced => client.Displaced(new DisplacedView()),
        _ => throw new UnreachableException(),
    };
}
