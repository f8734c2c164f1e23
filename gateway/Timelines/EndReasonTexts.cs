using System.Collections.Frozen;

namespace OrleansCalls.Gateway.Timelines;

/// <summary>Explains each <see cref="EndReason"/> to an operator, together with the timeline.</summary>
public static class EndReasonTexts
{
    private static readonly FrozenDictionary<EndReason, Explanation> Texts = new Dictionary<EndReason, Explanation>
    {
        [EndReason.Completed] = new("The call was answered, and hung up by a party.",
            "Nothing to do. If a party says that it was cut off, look at the media lines before the end."),
        [EndReason.Cancelled] = new(
            "The caller ended the call before anyone answered, or was away for longer than the grace while it rang.",
            "If the caller did not hang up, look for \"away\" of the caller's device: its connection was lost."),
        [EndReason.Rejected] = new("Every callee declined.", "Nothing to do: it is the callee's decision."),
        [EndReason.Busy] = new("Every callee was in another call.",
            "If the callee was not, look at the callee's open calls: an older call may not have ended. Ending it as an operator frees the callee."),
        [EndReason.NoAnswer] = new("The ring time passed. At least one device was alerting, and nobody answered.",
            "Nothing to do if the phone rang. If the user says that it did not, test-ring the device."),
        [EndReason.Unreachable] = new("The ring time passed and no device said that it was alerting.",
            "Look at the callee's lines: which devices were sent the ring, and what the push provider answered. A test ring says whether they would ring now."),
        [EndReason.ConnectTimeout] = new("A callee accepted, but the media connection was not up in time.",
            "Look at the media lines. Without TURN, two networks with strict NAT cannot connect: check Ice__TurnUrls and the TURN server's log."),
        [EndReason.Lost] = new(
            "A party's device was away for longer than the reconnect grace, or gave no sign of life, and nobody was left.",
            "Look for \"away\": if many calls end so in the same minute, a gateway, a proxy or a network has failed."),
        [EndReason.Replaced] = new("The same two people started again, or rang each other at once; the other call took over.",
            "Look for the other call of the same two people."),
        [EndReason.EndedByAdmin] = new(
            "An operator ended the call, or the user was erased.",
            "The line \"operator\" names who ended it."),
        [EndReason.Failed] = new(
            "The service failed.",
            "The silos' logs have an error with this call's id; report it with its trace id."),
        [EndReason.AnsweredElsewhere] = new("Another device of the same user answered.", "Nothing to do."),
        [EndReason.RejectedElsewhere] = new("Another device of the same user declined.", "Nothing to do."),
    }.ToFrozenDictionary();

    /// <summary>Returns the explanation of a reason by itself.</summary>
    public static Explanation Of(EndReason reason) => Texts[reason];

    /// <summary>Returns the explanation for a call: a cause found in the timeline takes precedence.</summary>
    public static Explanation Of(EndReason reason, IReadOnlyCollection<TimelineEntry> timeline)
    {
        if (reason is not (EndReason.Unreachable or EndReason.NoAnswer))
            return Of(reason);
        string[] causes = reason == EndReason.Unreachable
            ? [TraceTexts.Blocked, TraceTexts.DoNotDisturb, TraceTexts.UserAway, TraceTexts.NoDevice, TraceTexts.PushFailed]
            : [TraceTexts.UserAway];
        var cause = causes.Select(what => timeline.FirstOrDefault(entry => entry.What == what))
            .FirstOrDefault(entry => entry is not null);
        if (cause is null)
            return Of(reason);
        var explained = TraceTexts.Of(cause);
        return new Explanation($"{Of(reason).Sentence} {explained.Sentence}", explained.Remedy ?? Of(reason).Remedy);
    }
}
