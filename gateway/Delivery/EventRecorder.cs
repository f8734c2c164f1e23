namespace OrleansCalls.Gateway.Delivery;

/// <summary>A client that writes down what it is told: how events look that a resuming device has missed.</summary>
internal sealed class EventRecorder : ICallClient
{
    private readonly List<EventView> _events = [];

    public IReadOnlyList<EventView> All => _events;

    /// <summary>The events as they would have been sent to <paramref name="userId"/>.</summary>
    public static IReadOnlyList<EventView> Record(ImmutableArray<CallEvent> events, string userId, IceServers ice)
    {
        var recorder = new EventRecorder();
        foreach (var one in events)
            _ = ClientEvents.Send(recorder, one, userId, ice);
        return recorder._events;
    }

    public Task CallIncoming(IncomingCallView call) => Keep(nameof(CallIncoming), call);

    public Task CallProgress(CallProgressView progress) => Keep(nameof(CallProgress), progress);

    public Task CallAccepted(CallAcceptedView accepted) => Keep(nameof(CallAccepted), accepted);

    public Task CallReady(CallReadyView ready) => Keep(nameof(CallReady), ready);

    public Task CallRejected(CallRejectedView rejected) => Keep(nameof(CallRejected), rejected);

    public Task CallUpdated(CallView call) => Keep(nameof(CallUpdated), call);

    public Task CallEnded(CallEndedView ended) => Keep(nameof(CallEnded), ended);

    public Task SignalReceived(SignalView signal) => Keep(nameof(SignalReceived), signal);

    public Task OpenCalls(OpenCallsView open) => Keep(nameof(OpenCalls), open);

    public Task PresenceChanged(Presence presence) => Keep(nameof(PresenceChanged), presence);

    public Task MissedCallsAcked(MissedCallsAckedView acked) => Keep(nameof(MissedCallsAcked), acked);

    public Task NotificationReceived(NotificationView notification) => Keep(nameof(NotificationReceived), notification);

    public Task SettingsChanged(UserSettings settings) => Keep(nameof(SettingsChanged), settings);

    public Task TestRing(TestRingView test) => Keep(nameof(TestRing), test);

    public Task Reconnect(ReconnectView reconnect) => Keep(nameof(Reconnect), reconnect);

    public Task Displaced(DisplacedView displaced) => Keep(nameof(Displaced), displaced);

    private Task Keep(string name, object payload)
    {
        _events.Add(new EventView(name, payload));
        return Task.CompletedTask;
    }
}
