namespace OrleansCalls;

/// <summary>
/// The state of a call. It only moves downwards:
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
    /// <summary>The callees ring; nobody has accepted.</summary>
    Ringing = 1,

    /// <summary>A callee accepted on a device that is not ready for media yet.</summary>
    Connecting = 2,

    /// <summary>At least one callee is in the conversation, or was and others may still join.</summary>
    Active = 3,

    /// <summary>Ended, with one <see cref="EndReason"/>. Final.</summary>
    Ended = 4,
}

/// <summary>The state of one callee's leg. The last five are final for this callee.</summary>
public enum LegPhase
{
    /// <summary>No device has been reached yet.</summary>
    Notifying = 1,

    /// <summary>A provider accepted a push; no device has responded yet.</summary>
    PushSent = 2,

    /// <summary>A device is alerting.</summary>
    Ringing = 3,

    /// <summary>A device accepted and is starting; it must be ready before the ready deadline.</summary>
    Accepted = 4,

    /// <summary>In the conversation.</summary>
    Joined = 5,

    /// <summary>The callee declined.</summary>
    Declined = 6,

    /// <summary>The callee was in another call.</summary>
    Busy = 7,

    /// <summary>The ring ended without an answer.</summary>
    Missed = 8,

    /// <summary>The callee was in the conversation and left.</summary>
    Left = 9,

    /// <summary>The callee has blocked this caller. Visible only to the callee and operators.</summary>
    Blocked = 10,
}

/// <summary>The media of a call.</summary>
public enum CallMedia
{
    /// <summary>Sound only.</summary>
    Audio = 1,

    /// <summary>Sound and picture.</summary>
    Video = 2,
}

/// <summary>The progress of a callee's ring, as disclosed to the caller.</summary>
public enum RingStage
{
    /// <summary>No device has been reached yet.</summary>
    Notifying = 1,

    /// <summary>A push provider accepted the ring.</summary>
    PushSent = 2,

    /// <summary>A device is alerting.</summary>
    Ringing = 3,
}

/// <summary>The kinds of signals between two bound devices.</summary>
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

    /// <summary>Data of the app's own protocol.</summary>
    Custom = 5,
}

/// <summary>The state of a device's media path: RTCPeerConnection's connectionState without new and closed.</summary>
public enum MediaState
{
    /// <summary>ICE and DTLS are in progress.</summary>
    Connecting = 1,

    /// <summary>Media can flow.</summary>
    Connected = 2,

    /// <summary>Interrupted; it may recover by itself.</summary>
    Disconnected = 3,

    /// <summary>Failed; an ICE restart is needed.</summary>
    Failed = 4,
}

/// <summary>Push providers.</summary>
public enum PushProvider
{
    /// <summary>Firebase Cloud Messaging.</summary>
    Fcm = 1,

    /// <summary>Apple's PushKit VoIP pushes, sent directly to APNs.</summary>
    ApnsVoip = 2,

    /// <summary>Web Push (RFC 8030); the token is a <see cref="WebPushSubscription"/> as JSON.</summary>
    WebPush = 3,
}
