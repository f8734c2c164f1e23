using System.Collections.Immutable;
using System.Diagnostics;

namespace OrleansCalls.Users;

/// <summary>
/// The rules of one call's ring at one user, as a pure function: which devices are sent it over a socket, which are pushed and
/// when, and which must stop. Each device is sent a ring once and pushed once. The host executes the decisions and
/// reports the results.
/// </summary>
public static class RingMachine
{
    /// <summary>Decides on <paramref name="input"/>.</summary>
    /// <param name="ring">The state of the ring.</param>
    /// <param name="input">The event.</param>
    /// <param name="context">Time, connections and tokens after the input.</param>
    public static RingDecision Decide(RingState ring, RingInput input, RingContext context) => input switch
    {
        RingPushEnded ended => PushEnded(ring, ended, context),
        _ when ring.IsOver => new RingDecision(ring),
        RingReceived received => Reach(ring.With(received.PushedDeviceIds, Pushed), context),
        RingDeviceConnected or RingTick => Reach(ring, context),
        RingDeviceGone gone => Reach(ring.With([gone.DeviceId], Unsent), context),
        RingAcked acked => Acked(ring, acked.DeviceId, context),
        RingTokenSet set => Reach(ring.With([set.DeviceId], PushedAgain), context),
        RingTokenForgotten forgotten => Cancel(ring, [forgotten.Token]),
        RingStopped stopped => Stop(ring, context.Tokens.Where(token => token.DeviceId != stopped.DeclinedOn)),
        RingAnswered answered => Stop(ring, Others(answered.DeviceId, context.Tokens)),
        _ => throw new UnreachableException($"No rule for {input.GetType().Name}."),
    };

    /// <summary>
    /// Returns when the next push is due without further input: at the end of an acknowledgement window. Null when none will
    /// be.
    /// </summary>
    public static DateTimeOffset? NextPush(RingState ring, RingContext context)
    {
        var due = ring.IsOver ? null : context.Tokens.Min(token => DueAt(ring, token, context));
        return due < context.RingUntil ? due : null;
    }

    private static DeviceRing Pushed(DeviceRing device) =>
        device.Push == PushStage.None ? device with { Push = PushStage.Accepted } : device;

    /// <summary>A device that lost its socket counts as unreached, unless it is alerting already.</summary>
    private static DeviceRing Unsent(DeviceRing device) => device.IsAcked ? device : device with { SentAt = null };

    /// <summary>A failed push may be repeated with another token.</summary>
    private static DeviceRing PushedAgain(DeviceRing device) =>
        device.Push == PushStage.Failed ? device with { Push = PushStage.None } : device;

    /// <summary>Sends the ring to connected devices that have not received it, and pushes those that are due.</summary>
    private static RingDecision Reach(RingState ring, RingContext context)
    {
        if (context.RingUntil is not { } until)
            return new RingDecision(ring);
        ImmutableArray<string> send = [.. context.Connected.Distinct().Where(deviceId => ring.Of(deviceId).SentAt is null)];
        ring = ring.With(send, device => device with { SentAt = context.Now });
        ImmutableArray<DeviceToken> push =
            context.Now < until ? [.. context.Tokens.Where(token => DueAt(ring, token, context) <= context.Now)] : [];
        ring = ring.With(push.Select(token => token.DeviceId), device => device with { Push = PushStage.UnderWay });
        return new RingDecision(ring) { Send = send, Push = push };
    }

    /// <summary>
    /// Returns when a device is due: immediately without a socket, after the acknowledgement window with one. Null for a device
    /// that needs no push.
    /// </summary>
    private static DateTimeOffset? DueAt(RingState ring, DeviceToken token, RingContext context) =>
        ring.Of(token.DeviceId) is { IsAcked: false, Push: PushStage.None } device
            ? device.SentAt is { } sentAt ? sentAt + context.AckWindow : context.Now
            : null;

    private static RingDecision Acked(RingState ring, string deviceId, RingContext context)
    {
        var isUnderWay = ring.Of(deviceId).Push == PushStage.UnderWay;
        return Reach(ring.With([deviceId], device => device with { IsAcked = true }), context) with
        {
            StopTrying = isUnderWay ? [deviceId] : [],
        };
    }

    /// <summary>Ends the ring. Pushed devices are sent a cancel, except the one that answered or declined.</summary>
    private static RingDecision Stop(RingState ring, IEnumerable<DeviceToken> others) =>
        Cancel(ring with { IsOver = true }, others) with
        {
            StopTrying = [.. ring.Devices.Where(device => device.Value.Push == PushStage.UnderWay).Select(device => device.Key)],
        };

    /// <summary>
    /// A cancel that overtakes its ring leaves a phone ringing, and one for a rejected push wakes a phone in vain: it waits for
    /// the result of a pending push. PushKit pushes must ring, so none is used for a cancel: the app asks when it wakes.
    /// </summary>
    private static RingDecision Cancel(RingState ring, IEnumerable<DeviceToken> tokens)
    {
        var byStage = tokens.Where(t => t.Provider != PushProvider.ApnsVoip).ToLookup(token => ring.Of(token.DeviceId).Push);
        return new RingDecision(ring with { AwaitingCancel = [.. ring.AwaitingCancel.Union(byStage[PushStage.UnderWay])] })
        {
            Cancel = [.. byStage[PushStage.Accepted]],
        };
    }

    private static RingDecision PushEnded(RingState ring, RingPushEnded ended, RingContext context)
    {
        var deviceId = ended.Token.DeviceId;
        var awaiting = ring.AwaitingCancel.ToLookup(token => token.DeviceId == deviceId);
        // A token set meanwhile is pushed separately.
        var isReplaced = context.Tokens.Any(token => token.DeviceId == deviceId && token != ended.Token);
        var stage = ended.Accepted ? PushStage.Accepted : isReplaced ? PushStage.None : PushStage.Failed;
        ring = ring.With([deviceId], device => device with { Push = stage });
        ring = ring with { AwaitingCancel = [.. awaiting[false]] };
        return (ring.IsOver ? new RingDecision(ring) : Reach(ring, context)) with
        {
            Cancel = ended.Accepted ? [.. awaiting[true]] : [],
        };
    }

    /// <summary>
    /// Returns the tokens that are certainly not on the phone that answered. A phone with an unnamed socket cannot be matched
    /// to a pushed token, and an app that receives a cancel during its call hangs up: then no phone is sent one, and the others
    /// ring until the end of the ring.
    /// </summary>
    private static IEnumerable<DeviceToken> Others(string? answeredOn, ImmutableArray<DeviceToken> tokens) =>
        answeredOn is null || (NamelessDevice.MayBePhone(answeredOn) && !tokens.Any(own => own.DeviceId == answeredOn))
            ? []
            : tokens.Where(token => token.DeviceId != answeredOn);
}
