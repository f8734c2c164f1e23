using System.Collections.Frozen;

namespace OrleansCalls;

/// <summary>Why a call ended. The last two are told to single devices and never stored as a call's reason.</summary>
public enum EndReason
{
    /// <summary>Hung up after it had been answered.</summary>
    Completed = 1,

    /// <summary>The caller ended it before an answer.</summary>
    Cancelled = 2,

    /// <summary>Every callee declined.</summary>
    Rejected = 3,

    /// <summary>Every callee was busy.</summary>
    Busy = 4,

    /// <summary>The ring deadline passed; at least one device had been alerting.</summary>
    NoAnswer = 5,

    /// <summary>The ring deadline passed and no device was ever reached, or the caller may not ring the callee.</summary>
    Unreachable = 6,

    /// <summary>Accepted, but never ready or never connected within its deadline.</summary>
    ConnectTimeout = 7,

    /// <summary>A party stayed away past the reconnect grace, or nobody was left.</summary>
    Lost = 8,

    /// <summary>The same two people started again, or rang each other at once; the other call took over.</summary>
    Replaced = 9,

    /// <summary>An operator ended it.</summary>
    EndedByAdmin = 10,

    /// <summary>An internal error, always logged with a trace id.</summary>
    Failed = 11,

    /// <summary>Another device of the same user accepted.</summary>
    AnsweredElsewhere = 12,

    /// <summary>Another device of the same user declined.</summary>
    RejectedElsewhere = 13,
}

/// <summary>How a past call reads in one person's history.</summary>
public enum HistoryOutcome
{
    /// <summary>There was a conversation.</summary>
    Answered = 1,

    /// <summary>Declined by the callee.</summary>
    Declined = 2,

    /// <summary>Rang (or tried to) and was not taken; counts as missed.</summary>
    Missed = 3,

    /// <summary>Taken back by the caller.</summary>
    Cancelled = 4,

    /// <summary>The caller got no answer.</summary>
    Unanswered = 5,

    /// <summary>A technical failure.</summary>
    Failed = 6,
}

/// <summary>
/// What one end reason means everywhere else.
/// </summary>
/// <param name="Sip">The SIP response (RFC 3261), or BYE after an answer.</param>
/// <param name="Q850">The ITU-T Q.850 cause, as carried in a SIP Reason header (RFC 3326).</param>
/// <param name="ForCaller">How it reads in the caller's history.</param>
/// <param name="ForCallee">How it reads in the history of a callee who did not answer.</param>
/// <param name="CallKit">The CXCallEndedReason an iOS client should report.</param>
/// <param name="Android">The android.telecom DisconnectCause code name an Android client should report.</param>
public sealed record EndReasonMeaning(
    string Sip, int Q850, HistoryOutcome ForCaller, HistoryOutcome ForCallee, string CallKit, string Android);

/// <summary>The one table of what each <see cref="EndReason"/> means in SIP, Q.850, history, CallKit and Android.</summary>
public static class EndReasons
{
    private static readonly FrozenDictionary<EndReason, EndReasonMeaning> Meanings =
        new Dictionary<EndReason, EndReasonMeaning>
        {
            [EndReason.Completed] = new("BYE", 16, HistoryOutcome.Answered, HistoryOutcome.Missed, "remoteEnded", "REMOTE"),
            [EndReason.Cancelled] = new("487", 31, HistoryOutcome.Cancelled, HistoryOutcome.Missed, "remoteEnded", "CANCELED"),
            [EndReason.Rejected] = new("603", 21, HistoryOutcome.Declined, HistoryOutcome.Declined, "declinedElsewhere", "REJECTED"),
            [EndReason.Busy] = new("486", 17, HistoryOutcome.Unanswered, HistoryOutcome.Missed, "unanswered", "BUSY"),
            [EndReason.NoAnswer] = new("408", 19, HistoryOutcome.Unanswered, HistoryOutcome.Missed, "unanswered", "MISSED"),
            [EndReason.Unreachable] = new("480", 20, HistoryOutcome.Unanswered, HistoryOutcome.Missed, "unanswered", "MISSED"),
            [EndReason.ConnectTimeout] = new("504", 102, HistoryOutcome.Failed, HistoryOutcome.Failed, "failed", "ERROR"),
            [EndReason.Lost] = new("408", 27, HistoryOutcome.Failed, HistoryOutcome.Missed, "failed", "ERROR"),
            [EndReason.Replaced] = new("487", 31, HistoryOutcome.Cancelled, HistoryOutcome.Cancelled, "remoteEnded", "CANCELED"),
            [EndReason.EndedByAdmin] = new("BYE", 31, HistoryOutcome.Cancelled, HistoryOutcome.Cancelled, "remoteEnded", "REMOTE"),
            [EndReason.Failed] = new("500", 41, HistoryOutcome.Failed, HistoryOutcome.Failed, "failed", "ERROR"),
            [EndReason.AnsweredElsewhere] =
                new("200", 26, HistoryOutcome.Answered, HistoryOutcome.Answered, "answeredElsewhere", "ANSWERED_ELSEWHERE"),
            [EndReason.RejectedElsewhere] =
                new("603", 21, HistoryOutcome.Declined, HistoryOutcome.Declined, "declinedElsewhere", "REJECTED"),
        }.ToFrozenDictionary();

    /// <summary>What <paramref name="reason"/> means outside this service.</summary>
    public static EndReasonMeaning Meaning(this EndReason reason) => Meanings[reason];

    /// <summary>False for the two reasons that are told to single devices only.</summary>
    public static bool IsStored(this EndReason reason) =>
        reason is not (EndReason.AnsweredElsewhere or EndReason.RejectedElsewhere);
}
