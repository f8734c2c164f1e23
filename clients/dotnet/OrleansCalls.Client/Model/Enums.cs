using System.Text.Json.Serialization;

namespace OrleansCalls.Client;

// Each enum starts with Unknown: a value that a newer gateway sends is read as that, and the rest of the message is kept.

/// <summary>What a call is for.</summary>
[JsonConverter(typeof(WireEnum<CallMedia>))]
public enum CallMedia
{
    /// <summary>A value that this version does not have.</summary>
    Unknown = 0,

    /// <summary>Sound only.</summary>
    Audio,

    /// <summary>Sound and picture.</summary>
    Video,
}

/// <summary>The state of a call; it only moves down this list.</summary>
[JsonConverter(typeof(WireEnum<CallState>))]
public enum CallState
{
    /// <summary>A value that this version does not have.</summary>
    Unknown = 0,

    /// <summary>Nobody has accepted yet.</summary>
    Ringing,

    /// <summary>Accepted on a device that cannot take media yet.</summary>
    Connecting,

    /// <summary>At least one callee has joined.</summary>
    Active,

    /// <summary>Final: an ended id never rings again.</summary>
    Ended,
}

/// <summary>The state of one callee. The last five are final for this callee.</summary>
[JsonConverter(typeof(WireEnum<LegState>))]
public enum LegState
{
    /// <summary>A value that this version does not have.</summary>
    Unknown = 0,

    /// <summary>No device has been reached yet.</summary>
    Notifying,

    /// <summary>A push provider took the ring; no device has answered to it.</summary>
    PushSent,

    /// <summary>A device is alerting.</summary>
    Ringing,

    /// <summary>A device picked up and is not ready yet.</summary>
    Accepted,

    /// <summary>In the conversation.</summary>
    Joined,

    /// <summary>The callee declined.</summary>
    Declined,

    /// <summary>The callee was in another call.</summary>
    Busy,

    /// <summary>The ring ended without an answer.</summary>
    Missed,

    /// <summary>Was in the conversation and left it.</summary>
    Left,

    /// <summary>The callee does not take calls from this caller; only shown to the callee.</summary>
    Blocked,
}

/// <summary>How far a callee has been reached.</summary>
[JsonConverter(typeof(WireEnum<RingStage>))]
public enum RingStage
{
    /// <summary>A value that this version does not have.</summary>
    Unknown = 0,

    /// <summary>No device has been reached yet.</summary>
    Notifying,

    /// <summary>A push provider took the ring.</summary>
    PushSent,

    /// <summary>A device is alerting.</summary>
    Ringing,
}

/// <summary>Why a call ended. <see cref="AnsweredElsewhere"/> and <see cref="RejectedElsewhere"/> only concern the device that receives them.</summary>
[JsonConverter(typeof(WireEnum<EndReason>))]
public enum EndReason
{
    /// <summary>A value that this version does not have.</summary>
    Unknown = 0,

    /// <summary>Hung up after it had been answered.</summary>
    Completed,

    /// <summary>The caller ended it before an answer.</summary>
    Cancelled,

    /// <summary>Every callee declined.</summary>
    Rejected,

    /// <summary>Every callee was busy.</summary>
    Busy,

    /// <summary>The ring deadline passed; at least one device had been alerting.</summary>
    NoAnswer,

    /// <summary>No device was reached before the ring deadline, or the caller may not ring the callee.</summary>
    Unreachable,

    /// <summary>Accepted, but not ready or not connected in time.</summary>
    ConnectTimeout,

    /// <summary>A party stayed away longer than the reconnect grace.</summary>
    Lost,

    /// <summary>Another call of the same two people took over.</summary>
    Replaced,

    /// <summary>An operator ended it.</summary>
    EndedByAdmin,

    /// <summary>An internal error of the service.</summary>
    Failed,

    /// <summary>Another device of the same user accepted.</summary>
    AnsweredElsewhere,

    /// <summary>Another device of the same user declined.</summary>
    RejectedElsewhere,
}

/// <summary>The result of a past call for one person.</summary>
[JsonConverter(typeof(WireEnum<HistoryOutcome>))]
public enum HistoryOutcome
{
    /// <summary>A value that this version does not have.</summary>
    Unknown = 0,

    /// <summary>There was a conversation.</summary>
    Answered,

    /// <summary>Declined by the callee.</summary>
    Declined,

    /// <summary>Not taken by this callee.</summary>
    Missed,

    /// <summary>Ended by the caller before an answer.</summary>
    Cancelled,

    /// <summary>The caller got no answer.</summary>
    Unanswered,

    /// <summary>A technical failure.</summary>
    Failed,
}

/// <summary>The content of a signal between two devices.</summary>
[JsonConverter(typeof(WireEnum<SignalKind>))]
public enum SignalKind
{
    /// <summary>A value that this version does not have.</summary>
    Unknown = 0,

    /// <summary>An ICE candidate (RFC 8838).</summary>
    Candidate,

    /// <summary>An SDP offer after the first one.</summary>
    Offer,

    /// <summary>An SDP answer.</summary>
    Answer,

    /// <summary>No more candidates follow.</summary>
    EndOfCandidates,

    /// <summary>Anything that the two apps agree on.</summary>
    Custom,
}

/// <summary>The push service that a token belongs to.</summary>
[JsonConverter(typeof(WireEnum<PushProvider>))]
public enum PushProvider
{
    /// <summary>A value that this version does not have.</summary>
    Unknown = 0,

    /// <summary>Firebase Cloud Messaging.</summary>
    Fcm,

    /// <summary>PushKit VoIP pushes through APNs.</summary>
    ApnsVoip,

    /// <summary>Web Push (RFC 8030).</summary>
    WebPush,
}

/// <summary>The error codes of hub and REST.</summary>
[JsonConverter(typeof(WireEnum<CallErrorCode>))]
public enum CallErrorCode
{
    /// <summary>A value that this version does not have.</summary>
    Unknown = 0,

    /// <summary>400: something in the request is missing, too long or malformed.</summary>
    InvalidArgument,

    /// <summary>401: no token, or one that is not valid.</summary>
    Unauthenticated,

    /// <summary>403: not a party of this call, not the role, or another device's token.</summary>
    Forbidden,

    /// <summary>404: there is no such call.</summary>
    NotFound,

    /// <summary>409: not possible in this state, or the call id belongs to another caller.</summary>
    Conflict,

    /// <summary>410: the call is over.</summary>
    Ended,

    /// <summary>413: over a size limit.</summary>
    TooLarge,

    /// <summary>429: too many requests.</summary>
    RateLimited,

    /// <summary>503, or no connection: the outcome is unknown; the same command may be sent again.</summary>
    Unavailable,

    /// <summary>500: a defect of the service.</summary>
    Internal,
}
