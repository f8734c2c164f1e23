namespace OrleansCalls.Gateway.Wire;

/// <summary>
/// A message to a client: the name of its method and the argument. The hub sends it; a snapshot holds the missed ones.
/// </summary>
/// <param name="Event">The name of the client method.</param>
/// <param name="Payload">Its argument.</param>
public sealed record EventView(string Event, object Payload)
{
    /// <summary>
    /// Returns the wire form of an event for a device of <paramref name="userId"/>; null for an event type of a newer silo, which
    /// has no wire form here.
    /// </summary>
    public static EventView? Of(ClientEvent what, string userId, IceServers ice) => what switch
    {
        CallIncoming e =>
            new(nameof(CallIncoming), new IncomingCallView(e.Call) { Offer = e.Offer, IceServers = ice.For(userId) }),
        CallUpdated e => new(nameof(CallUpdated), e.Call),
        SettingsChanged e => new(nameof(SettingsChanged), e.Settings),
        CallProgress or CallAccepted or CallReady or CallRejected or CallEnded or SignalReceived =>
            new(what.GetType().Name, what),
        MissedCallsAcked or NotificationReceived or TestRing => new(what.GetType().Name, what),
        _ => null,
    };

    /// <summary>Returns the wire form of any queued message for a device of <paramref name="userId"/>.</summary>
    public static EventView? Of(Outgoing message, string userId, IceServers ice) => message switch
    {
        Outgoing.Event e => Of(e.What, userId, ice),
        Outgoing.OpenCalls e => new(nameof(Outgoing.OpenCalls), e.What),
        Outgoing.PresenceChange e => new("PresenceChanged", e.What),
        Outgoing.Reconnect e => new(nameof(Outgoing.Reconnect), e.What),
        Outgoing.Displaced => new(nameof(Outgoing.Displaced), new DisplacedView()),
        _ => null,
    };
}
