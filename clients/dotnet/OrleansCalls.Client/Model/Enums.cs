using System.Text.Json.Serialization;

namespace OrleansCalls.Client;

// Each enum starts with Unknown, the value for those of a newer gateway, so that the rest of the message is kept.

/// <summary>The kind of a call.</summary>
[JsonConverter(typeof(WireEnum<CallMedia>))]
public enum CallMedia
{
    /// <summary>A value that this version does not have.</summary>
    Unknown = 0,

    /// <summary>Audio only.</summary>
    Audio,

    /// <summary>Audio and video.</summary>
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

    /// <summary>Accepted on a device that is not ready for media yet.</summary>
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

    /// <summary>A push provider has accepted the ring; no device has acknowledged it.</summary>
    PushSent,

    /// <summary>A device is ringing.</summary>
    Ringing,

    /// <summary>A device has picked up and is not ready yet.</summary>
    Accepted,

    /// <summary>Connected.</summary>
    Joined,

    /// <summary>The callee declined.</summary>
    Declined,

    /// <summary>The callee was in another call.</summary>
    Busy,

    /// <summary>The ring ended without an answer.</summary>
    Missed,

    /// <summary>Left the conversation.</summary>
    Left,

    /// <summary>The callee rejects calls of this caller; only shown to the callee.</summary>
    Blocked,
}

/// <summary>The progress of reaching a callee.</summary>
[JsonConverter(typeof(WireEnum<RingStage>))]
public enum RingStage
{
    /// <summary>A value that this version does not have.</summary>
    Unknown = 0,

    /// <summary>No device has been reached yet.</summary>
    Notifying,

    /// <summary>A push provider has accepted the ring.</summary>
    PushSent,

    /// <summary>A device is ringing.</summary>
    Ringing,
}

/// <summary>
/// Why a call ended. <see cref="AnsweredElsewhere"/> and <see cref="RejectedElsewhere"/> only concern
/// the device that receives them.
/// </summary>
[JsonConverter(typeof(WireEnum<EndReason>))]
public enum EndReason
{
    /// <summary>A value that this version does not have.</summary>
    Unknown = 0,

    /// <summary>Hung up after it had been accepted.</summary>
    Completed,

    /// <summary>The caller ended it before an accept.</summary>
    Cancelled,

    /// <summary>Every callee declined.</summary>
    Rejected,

    /// <summary>Every callee was busy.</summary>
    Busy,

    /// <summary>The ring deadline passed; at least one device had been ringing.</summary>
    NoAnswer,

    /// <summary>No device was reached before the ring deadline, or the callee rejects calls of the caller.</summary>
    Unreachable,

    /// <summary>Accepted, but not ready or not connected in time.</summary>
    ConnectTimeout,

    /// <summary>A party was disconnected for longer than the reconnect grace.</summary>
    Lost,

    /// <summary>Replaced by another call of the same two users.</summary>
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

/// <summary>The result of a past call from one user's view.</summary>
[JsonConverter(typeof(WireEnum<HistoryOutcome>))]
public enum HistoryOutcome
{
    /// <summary>A value that this version does not have.</summary>
    Unknown = 0,

    /// <summary>The call was accepted.</summary>
    Answered,

    /// <summary>Declined by the callee.</summary>
    Declined,

    /// <summary>Not accepted by this callee.</summary>
    Missed,

    /// <summary>Ended by the caller before an accept.</summary>
    Cancelled,

    /// <summary>No callee accepted the caller's call.</summary>
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

    /// <summary>App-specific.</summary>
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

    /// <summary>404: the call does not exist.</summary>
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
