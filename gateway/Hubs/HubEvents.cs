namespace OrleansCalls.Gateway.Hubs;

/// <summary>
/// A client method of the hub, invoked by the server (protocol.md, section 3; <see cref="EventView"/> creates its argument).
/// </summary>
/// <param name="Name">The method.</param>
/// <param name="Argument">The type of its one argument.</param>
/// <param name="Summary">The summary in the hub's description.</param>
public sealed record HubEvent(string Name, Type Argument, string Summary)
{
    /// <summary>All client methods.</summary>
    public static ImmutableArray<HubEvent> All { get; } =
    [
        new(nameof(CallIncoming), typeof(IncomingCallView), "This device is to ring"),
        new(nameof(CallProgress), typeof(CallProgress), "How far a callee has been reached"),
        new(nameof(CallAccepted), typeof(CallAccepted), "A callee accepted"),
        new(nameof(CallReady), typeof(CallReady), "The accepting device can take media"),
        new(nameof(CallRejected), typeof(CallRejected), "A callee declined"),
        new(nameof(CallUpdated), typeof(Call), "Legs changed"),
        new(nameof(CallEnded), typeof(CallEnded), "The call is over for this device"),
        new(nameof(SignalReceived), typeof(SignalReceived), "A signal from the bound peer device"),
        new("OpenCalls", typeof(OpenCallsView), "The first message to a device: the calls that concern it"),
        new("PresenceChanged", typeof(Presence), "A watched user came or went"),
        new(nameof(MissedCallsAcked), typeof(MissedCallsAcked), "Missed calls were acknowledged on another device"),
        new(nameof(NotificationReceived), typeof(NotificationReceived), "An app back end's own notice"),
        new(
            nameof(SettingsChanged), typeof(UserSettings),
            "My settings were changed on another device; all of them as they are now"),
        new(
            nameof(TestRing), typeof(TestRing),
            "Asks whether this device would ring: acknowledge by AckTestRing at once, and show nothing"),
        new("Reconnect", typeof(ReconnectView), "This server is going away: connect again after the given time"),
        new(
            "Displaced", typeof(DisplacedView),
            "A newer connection of the same device has taken over: this one closes, and is not to come back by itself"),
    ];
}
