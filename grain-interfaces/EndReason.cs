using System.Collections.Frozen;

namespace OrleansCalls;

/// <summary>Why a call ended. The last two are sent to single devices and never stored as a call's reason.</summary>
public enum EndReason
{
    /// <summary>Hung up after an answer.</summary>
    Completed = 1,

    /// <summary>Ended by the caller before an answer.</summary>
    Cancelled = 2,

    /// <summary>Every callee declined.</summary>
    Rejected = 3,

    /// <summary>Every callee was busy.</summary>
    Busy = 4,

    /// <summary>The ring deadline passed; at least one device had been alerting.</summary>
    NoAnswer = 5,

    /// <summary>The ring deadline passed and no device was reached, or the caller is blocked.</summary>
    Unreachable = 6,

    /// <summary>Accepted, but never ready or never connected within its deadline.</summary>
    ConnectTimeout = 7,

    /// <summary>A party was disconnected for longer than the reconnect grace, or nobody was left.</summary>
    Lost = 8,

    /// <summary>The same two users started another call, or called each other at once; the other call goes on.</summary>
    Replaced = 9,

    /// <summary>Ended by an operator.</summary>
    EndedByAdmin = 10,

    /// <summary>An internal error, logged with a trace id.</summary>
    Failed = 11,

    /// <summary>Another device of the same user accepted.</summary>
    AnsweredElsewhere = 12,

    /// <summary>Another device of the same user declined.</summary>
    RejectedElsewhere = 13,
}

/// <summary>The outcome of a past call in one user's history.</summary>
public enum HistoryOutcome
{
    /// <summary>There was a conversation.</summary>
    Answered = 1,

    /// <summary>Declined by the callee.</summary>
    Declined = 2,

    /// <summary>Rang (or tried to) without an answer; counts as missed.</summary>
    Missed = 3,

    /// <summary>Cancelled by the caller.</summary>
    Cancelled = 4,

    /// <summary>The caller received no answer.</summary>
    Unanswered = 5,

    /// <summary>A technical failure.</summary>
    Failed = 6,
}

/// <summary>Equivalents of an end reason in other systems.</summary>
/// <param name="Sip">The SIP response (RFC 3261), or BYE after an answer.</param>
/// <param name="Q850">The ITU-T Q.850 cause, as carried in a SIP Reason header (RFC 3326).</param>
/// <param name="ForCaller">The outcome in the caller's history.</param>
/// <param name="ForCallee">The outcome in the history of a callee who did not answer.</param>
/// <param name="CallKit">The CXCallEndedReason that an iOS client should report.</param>
/// <param name="Android">The name of the android.telecom DisconnectCause that an Android client should report.</param>
public sealed record EndReasonMeaning(
    string Sip, int Q850, HistoryOutcome ForCaller, HistoryOutcome ForCallee, string CallKit, string Android);

/// <summary>Maps each <see cref="EndReason"/> to SIP, Q.850, history, CallKit and Android.</summary>
public static class EndReasons
{
    private static readonly FrozenDictionary<EndReason, EndReasonMeaning> Meanings =
        new Dictionary<EndReason, EndReasonMeaning>
        {
            [EndReason.Completed] = new("BYE", 16, HistoryOutcome.Answered, HistoryOutcome.Missed, "remoteEnded", "REMOTE"),
            [EndReason.Cancelled] = new("487", 31, HistoryOutcome.Cancelled, HistoryOutcome.Missed, "remoteEnded", "CANCELED"),
            [EndReason.Rejected] = new(
                "603", 21, HistoryOutcome.Declined, HistoryOutcome.Declined, "declinedElsewhere", "REJECTED"),
            [EndReason.Busy] = new("486", 17, HistoryOutcome.Unanswered, HistoryOutcome.Missed, "unanswered", "BUSY"),
            [EndReason.NoAnswer] = new("408", 19, HistoryOutcome.Unanswered, HistoryOutcome.Missed, "unanswered", "MISSED"),
            [EndReason.Unreachable] = new("480", 20, HistoryOutcome.Unanswered, HistoryOutcome.Missed, "unanswered", "MISSED"),
            [EndReason.ConnectTimeout] = new("504", 102, HistoryOutcome.Failed, HistoryOutcome.Failed, "failed", "ERROR"),
            [EndReason.Lost] = new("408", 27, HistoryOutcome.Failed, HistoryOutcome.Missed, "failed", "ERROR"),
            [EndReason.Replaced] = new("487", 31, HistoryOutcome.Cancelled, HistoryOutcome.Cancelled, "remoteEnded", "CANCELED"),
            [EndReason.EndedByAdmin] = new(
                "BYE", 31, HistoryOutcome.Cancelled, HistoryOutcome.Cancelled, "remoteEnded", "REMOTE"),
            [EndReason.Failed] = new("500", 41, HistoryOutcome.Failed, HistoryOutcome.Failed, "failed", "ERROR"),
            [EndReason.AnsweredElsewhere] =
                new("200", 26, HistoryOutcome.Answered, HistoryOutcome.Answered, "answeredElsewhere", "ANSWERED_ELSEWHERE"),
            [EndReason.RejectedElsewhere] =
                new("603", 21, HistoryOutcome.Declined, HistoryOutcome.Declined, "declinedElsewhere", "REJECTED"),
        }.ToFrozenDictionary();

    /// <summary>Returns the equivalents of <paramref name="reason"/>.</summary>
    public static EndReasonMeaning Meaning(this EndReason reason) => Meanings[reason];

    /// <summary>Returns false for the two reasons that are sent to single devices only.</summary>
    public static bool IsStored(this EndReason reason) =>
        reason is not (EndReason.AnsweredElsewhere or EndReason.RejectedElsewhere);
}
