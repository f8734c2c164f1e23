namespace OrleansCalls;

/// <summary>
/// Where a call is. It only ever moves down:
/// <code>
///   Ringing ----accept, device not ready----> Connecting
///      |  \                                       |  |
///      |   `---accept, device ready---> Active &lt;--'  |  ready
///      |                                   |         |
///      `--reject, cancel, deadline---------+---------'--> Ended   (final: an ended id never rings again)
/// </code>
/// </summary>
public enum CallPhase
{
    /// <summary>Callees are being reached; nobody has accepted.</summary>
    Ringing = 1,

    /// <summary>A callee accepted on one device, which cannot take media yet.</summary>
    Connecting = 2,

    /// <summary>At least one callee is in the conversation, or was and others still may join.</summary>
    Active = 3,

    /// <summary>Over, with one <see cref="EndReason"/>. Final.</summary>
    Ended = 4,
}

/// <summary>One callee's part in a call. The last five are final for this callee.</summary>
public enum LegPhase
{
    /// <summary>No device has been reached yet.</summary>
    Notifying = 1,

    /// <summary>A push was accepted by its provider; no device has answered to it.</summary>
    PushSent = 2,

    /// <summary>A device said that it is alerting.</summary>
    Ringing = 3,

    /// <summary>A device picked up and is starting; it must be ready before the ready deadline.</summary>
    Accepted = 4,

    /// <summary>In the conversation.</summary>
    Joined = 5,

    /// <summary>The callee declined.</summary>
    Declined = 6,

    /// <summary>The callee was in another call.</summary>
    Busy = 7,

    /// <summary>The ring ended without an answer.</summary>
    Missed = 8,

    /// <summary>Was in the conversation and left it.</summary>
    Left = 9,

    /// <summary>The callee does not take calls from this caller. Shown to nobody but the callee and operators.</summary>
    Blocked = 10,
}

/// <summary>What a call is for.</summary>
public enum CallMedia
{
    /// <summary>Sound only.</summary>
    Audio = 1,

    /// <summary>Sound and picture.</summary>
    Video = 2,
}

/// <summary>How far one callee has been reached, as the caller may be told.</summary>
public enum RingStage
{
    /// <summary>Nothing reached yet.</summary>
    Notifying = 1,

    /// <summary>A push provider took the ring.</summary>
    PushSent = 2,

    /// <summary>A device is alerting.</summary>
    Ringing = 3,
}

/// <summary>What a <see cref="SendSignal"/> carries between two bound devices.</summary>
public enum SignalKind
{
    /// <summary>An ICE candidate (RFC 8838).</summary>
    Candidate = 1,

    /// <summary>An SDP offer (JSEP, RFC 9429) after the first one.</summary>
    Offer = 2,

    /// <summary>An SDP answer.</summary>
    Answer = 3,

    /// <summary>No more candidates (RFC 8838, section 8.2).</summary>
    EndOfCandidates = 4,

    /// <summary>Whatever the two apps agree on.</summary>
    Custom = 5,
}

/// <summary>What a device says of its media path; RTCPeerConnection's connectionState without new and closed.</summary>
public enum MediaState
{
    /// <summary>ICE and DTLS are under way.</summary>
    Connecting = 1,

    /// <summary>Media can flow.</summary>
    Connected = 2,

    /// <summary>Lost, may come back by itself.</summary>
    Disconnected = 3,

    /// <summary>Lost; an ICE restart is needed.</summary>
    Failed = 4,
}

/// <summary>Whose service carries a push token.</summary>
public enum PushProvider
{
    /// <summary>Firebase Cloud Messaging.</summary>
    Fcm = 1,

    /// <summary>Apple's PushKit VoIP pushes, sent to APNs itself.</summary>
    ApnsVoip = 2,

    /// <summary>Web Push (RFC 8030); the token is a <see cref="WebPushSubscription"/> as JSON.</summary>
    WebPush = 3,
}
