using System.Collections.Frozen;

namespace OrleansCalls.Gateway.Timelines;

/// <summary>Explains each kind of timeline entry; <see cref="TimelineEntry.What"/> is the kind.</summary>
public static class TraceTexts
{
    internal const string Blocked = "blocked";
    internal const string DoNotDisturb = "do_not_disturb";
    internal const string NoDevice = "no_device";
    internal const string PushFailed = "push_failed";
    internal const string UserAway = "user_away";

    private const string Receiver = "Look at the back end's log for this time, and at Webhooks__Urls.";

    private static readonly FrozenDictionary<string, Explanation> Texts = new Dictionary<string, Explanation>
    {
        ["started"] = new("The caller started the call."),
        ["busy"] = new(
            "The callee is in another call and was not rung.",
            "If the callee is in no call, look at the callee's open calls and end the one that is left."),
        [Blocked] = new(
            "The callee has blocked the caller and was not rung; the caller sees an unreachable callee.",
            "Only the callee can change that."),
        [DoNotDisturb] = new(
            "The callee does not want to be disturbed and was not rung; the callee has a missed call.",
            "The callee switches do-not-disturb off."),
        ["invited"] = new("More people were invited into the call."),
        ["offer"] = new("The caller gave its offer."),
        ["bound"] = new("A device became the one through which this party talks."),
        ["moved"] = new("The party took the call over on another device."),
        ["signal_dropped"] = new(
            "A signal was dropped, since it came from a device other than the bound one.",
            "The app must stop signalling on a device once another one is bound."),
        ["ringing"] = new("A device said that it is alerting."),
        ["accepted"] = new("The callee accepted, and the device can take media."),
        ["accepted_not_ready"] = new("The callee accepted; the app is still starting."),
        ["ready"] = new("The accepting device can take media."),
        ["rejected"] = new("The callee declined."),
        ["silenced"] = new("The callee stopped the ringing without an answer."),
        ["ring_ended"] = new("The callee's ring time passed without an answer."),
        ["left"] = new("A party left the call."),
        ["ended"] = new("The call ended."),
        ["operator"] = new("An operator ended the call."),
        ["away"] = new(
            "The party's last connection was lost.",
            "If it does not come back within the grace, its part ends: look at the gateway's and the proxy's log."),
        ["back"] = new("The party's device is connected again."),
        ["media_connecting"] = new("The device is setting up media."),
        ["media_connected"] = new("Media flows."),
        ["media_disconnected"] = new("Media stopped; it may come back by itself."),
        ["media_failed"] = new("Media failed; the app must restart ICE.", "If it happens to many, check the TURN servers."),
        ["media_quality"] = new("A device measured its connection."),
        ["rated"] = new("A party rated the call, 1 (bad) to 5 (good)."),
        ["delivered"] = new("The ring was handed to a connected device."),
        ["not_connected"] = new(
            "The ring was for a connection that was gone by then.",
            "The device is pushed instead, if it has a push token."),
        [NoDevice] = new("The callee has no device at all: none is connected, and none has a push token.",
            "The callee opens the app and signs in; an app for phones must then call SetPushToken."),
        [UserAway] = new(
            "The silo that hosts this user did not answer; the service tried again until it did.",
            "Look at the silos' log and at the membership for this time."),
        ["push_sent"] = new("The push provider took the push."),
        [PushFailed] = new("The push was not sent.", "Look at the detail."),
        ["webhook_sent"] = new("The app's back end took an event."),
        ["webhook_failed"] = new("The app's back end did not take an event; it is tried again.", Receiver),
        ["webhook_refused"] = new("The app's back end refused an event; it is not tried again.", Receiver),
        ["webhook_given_up"] = new("The app's back end did not take an event for so long that it was given up.", Receiver),
        ["webhook_dropped"] = new(
            "An event for the app's back end was dropped, since too many of this call were waiting.",
            Receiver),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The known kinds.</summary>
    public static IReadOnlyCollection<string> Kinds => Texts.Keys;

    /// <summary>
    /// Returns the explanation of an entry. A kind written by a silo of a later version is explained by its name only.
    /// </summary>
    public static Explanation Of(TimelineEntry entry) => entry.What switch
    {
        PushFailed when PushTexts.Of(entry.Detail?.Split(' ')[^1]) is { } push => push,
        "delivered" when entry.Detail == "on_connect" => new("The ring was handed to a device that connected while it rang."),
        "ended" or "left" when WireNames.Parse<EndReason>(entry.Detail) is { } reason =>
            new($"{Texts[entry.What].Sentence} {EndReasonTexts.Of(reason).Sentence}"),
        _ => Texts.GetValueOrDefault(entry.What) ?? new Explanation($"{entry.What}."),
    };
}
