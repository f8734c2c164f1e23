using System.Collections.Immutable;
using System.Diagnostics;

namespace OrleansCalls.Users;

/// <summary>
/// Hosts the rings of one user: executes the decisions of <see cref="RingMachine"/> on connections and push providers, and
/// reports the results to it.
/// </summary>
internal sealed class UserRinging(
    UserContext context, OpenCalls calls, UserAccount account, UserPresence presence, UserPushes pushes)
{
    private readonly Dictionary<string, Ring> _rings = [];

    public DateTimeOffset? NextDue => _rings.Values.Min(ring => RingMachine.NextPush(ring.State, ContextOf(ring)));

    /// <summary>Receives a ring.</summary>
    /// <param name="notice">The notice.</param>
    /// <param name="incoming">The event for the devices.</param>
    /// <param name="delivered">Receives the deliveries known when this returns; later ones are reported to the call.</param>
    public void Receive(UserNotice notice, CallIncoming incoming, List<TimelineEntry> delivered)
    {
        if (!Rings(notice.CallId))
            return;
        if (!_rings.TryGetValue(notice.CallId, out var ring))
        {
            _rings.Add(notice.CallId, ring = new Ring(incoming, CallTrace.Here));
            if (!presence.Any && account.User.Tokens.IsEmpty)
                delivered.Add(new TimelineEntry { At = context.Now, What = "no_device", UserId = context.UserId });
        }

        ring.Incoming = incoming;
        Take(ring, new RingReceived(notice.Call!.PushedDeviceIds), delivered);
    }

    /// <summary>
    /// Applies a notice's changes of a ring other than its events: a device is alerting, or the call does not ring here any
    /// more.
    /// </summary>
    public void Follow(UserNotice notice)
    {
        if (notice.AckedDeviceId is { } acked && _rings.TryGetValue(notice.CallId, out var ring))
            Take(ring, new RingAcked(acked));
        if (!Rings(notice.CallId))
            Stop(notice.CallId, DeclinedOn(notice));
    }

    /// <summary>Ends a ring at this user.</summary>
    public void Stop(string callId, string? declinedOn = null)
    {
        if (_rings.Remove(callId, out var ring))
            Take(ring, calls.Find(callId) is { Leg.IsIn: true } call
                ? new RingAnswered(call.BoundDeviceId)
                : new RingStopped(declinedOn));
    }

    /// <summary>Applies an event that concerns every ring.</summary>
    public void Take(RingInput input)
    {
        foreach (var ring in _rings.Values)
            Take(ring, input);
    }

    /// <summary>Returns true if a call rings at this user.</summary>
    private bool Rings(string callId) => calls.Find(callId) is
        { Leg.IsPending: true, Silenced: false };

    private void Take(Ring ring, RingInput input, List<TimelineEntry>? delivered = null)
    {
        var decision = RingMachine.Decide(ring.State, input, ContextOf(ring));
        ring.State = decision.Ring;
        if (decision.Send is [_, ..] devices)
            Send(ring, devices, input is RingDeviceConnected ? "on_connect" : null, delivered);
        foreach (var deviceId in decision.StopTrying)
            ring.Tries[deviceId].Cancel();
        foreach (var token in decision.Push)
            _ = Push(ring, token);
        foreach (var token in decision.Cancel)
            _ = pushes.Cancel(ring.Incoming.Call, token);
    }

    // All devices but that one are notified that it was declined elsewhere.
    private static string? DeclinedOn(UserNotice notice) => notice.Events
        .FirstOrDefault(envelope => envelope.Event is CallEnded { Reason: EndReason.RejectedElsewhere })?.ExceptDevice;

    private RingContext ContextOf(Ring ring) => new(
        context.Now,
        context.Services.Options.AckWindow,
        Rings(ring.CallId) ? calls.Find(ring.CallId)!.RingUntil : null,
        presence.Devices,
        [.. UserRules.RingTokens(account.User)]);

    private void Send(Ring ring, ImmutableArray<string> devices, string? detail, List<TimelineEntry>? delivered)
    {
        presence.Send(ring.Incoming, [.. presence.All.Where(c => devices.Contains(c.DeviceId))], (sentTo, notConnected) =>
        {
            ImmutableArray<TimelineEntry> entries = [.. sentTo.Select(connection => new TimelineEntry
            {
                At = context.Now,
                What = notConnected.Contains(connection.ConnectionId) ? "not_connected" : "delivered",
                UserId = context.UserId,
                DeviceId = connection.DeviceId,
                Detail = detail,
            })];
            if (delivered is null)
                context.ToCall(ring.CallId, "reporting deliveries", call => call.Report(entries));
            else
                delivered.AddRange(entries);
        });
        // Immediate results of co-hosted gateways are returned with the notice; later ones are reported.
        delivered = null;
    }

    private async Task Push(Ring ring, DeviceToken token)
    {
        using var trying = ring.Tries[token.DeviceId] = new CancellationTokenSource();
        var accepted = await pushes.Ring(ring.Incoming.Call, calls.Find(ring.CallId)!.RingUntil, ring.Cause, token, trying.Token);
        Take(ring, new RingPushEnded(token, accepted));
    }

    /// <summary>
    /// A ring with data that the machine does not need. A pending push holds a reference beyond the ring's end.
    /// </summary>
    private sealed class Ring(CallIncoming incoming, ActivityContext cause)
    {
        public string CallId { get; } = incoming.CallId;

        public CallIncoming Incoming { get; set; } = incoming;

        /// <summary>The trace of the ring, for later pushes and sends.</summary>
        public ActivityContext Cause { get; } = cause;

        public RingState State { get; set; } = new();

        /// <summary>By device: cancels the retries of its push.</summary>
        public Dictionary<string, CancellationTokenSource> Tries { get; } = [];
    }
}
