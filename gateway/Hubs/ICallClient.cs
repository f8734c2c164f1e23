namespace OrleansCalls.Gateway.Hubs;

/// <summary>What clients are told: every event of protocol.md, section 3.</summary>
public interface ICallClient
{
    /// <summary>This device is to ring.</summary>
    Task CallIncoming(IncomingCallView call);

    /// <summary>How far a callee has been reached.</summary>
    Task CallProgress(CallProgressView progress);

    /// <summary>A callee accepted.</summary>
    Task CallAccepted(CallAcceptedView accepted);

    /// <summary>The accepting device can take media.</summary>
    Task CallReady(CallReadyView ready);

    /// <summary>A callee declined.</summary>
    Task CallRejected(CallRejectedView rejected);

    /// <summary>Legs changed.</summary>
    Task CallUpdated(CallView call);

    /// <summary>The call is over for this device.</summary>
    Task CallEnded(CallEndedView ended);

    /// <summary>A signal from the bound peer device.</summary>
    Task SignalReceived(SignalView signal);

    /// <summary>The first thing a device hears: the calls that concern it.</summary>
    Task OpenCalls(OpenCallsView open);

    /// <summary>A watched user came or went.</summary>
    Task PresenceChanged(Presence presence);

    /// <summary>Missed calls were acknowledged on another device.</summary>
    Task MissedCallsAcked(MissedCallsAckedView acked);

    /// <summary>An app back end's own notice.</summary>
    Task NotificationReceived(NotificationView notification);

    /// <summary>My settings were changed on another device; all of them as they are now.</summary>
    Task SettingsChanged(UserSettings settings);

    /// <summary>Somebody asks whether this device would ring: acknowledge by <c>AckTestRing</c> at once, and show nothing.</summary>
    Task TestRing(TestRingView test);

    /// <summary>This server is going away: connect again after the given time.</summary>
    Task Reconnect(ReconnectView reconnect);

    /// <summary>A newer connection of the same device has taken over: this one closes, and is not to come back by itself.</summary>
    Task Displaced(DisplacedView displaced);
}
