namespace OrleansCalls.Push;

/// <summary>Hands one push to its provider. What to send and when is decided by the user's grain.</summary>
public interface IPushSender
{
    /// <summary>The VAPID public key that browsers subscribe with, base64url; null while Web Push is off.</summary>
    string? WebPushKey => null;

    /// <summary>Returns why a token can never be sent to, in one sentence without any part of it; null if it may be good.</summary>
    string? Fault(PushProvider provider, string token) => null;

    /// <summary>
    /// Sends <paramref name="message"/>. Never throws for what a provider says; tries no more when <paramref name="cancellation"/> fires,
    /// which for a ring is at its end. A try that is under way then may go on until it has an answer or is out of time
    /// (<c>Push__AttemptTimeoutSeconds</c>).
    /// </summary>
    Task<PushResult> Send(PushMessage message, CancellationToken cancellation);
}

/// <summary>What kind of push it is; the value of <c>type</c> in its payload.</summary>
public enum PushType
{
    /// <summary>Ring.</summary>
    CallIncoming = 1,

    /// <summary>Stop ringing; never for APNs VoIP, where each push must ring.</summary>
    CallCancelled = 2,

    /// <summary>A call was missed.</summary>
    CallMissed = 3,

    /// <summary>
    /// Acknowledge that this arrived, and ring nobody: <see cref="PushMessage.CallId"/> is the id of the test. Never for APNs VoIP, where each
    /// push must ring.
    /// </summary>
    TestRing = 4,
}

/// <summary>One push for one device.</summary>
public sealed record PushMessage
{
    /// <summary>Ring, stop or missed.</summary>
    public required PushType Type { get; init; }

    /// <summary>Whose device.</summary>
    public required string UserId { get; init; }

    /// <summary>Which device.</summary>
    public required string DeviceId { get; init; }

    /// <summary>Whose service carries it.</summary>
    public required PushProvider Provider { get; init; }

    /// <summary>The provider's address of the device.</summary>
    public required string Token { get; init; }

    /// <summary>Since when it is that: a failure that is older says nothing of it.</summary>
    public DateTimeOffset? TokenSetAt { get; init; }

    /// <summary>Which call.</summary>
    public required string CallId { get; init; }

    /// <summary>User id of the caller.</summary>
    public required string CallerId { get; init; }

    /// <summary>The caller's display name.</summary>
    public required string CallerName { get; init; }

    /// <summary>Who invited the user into a live call, where that was not the caller.</summary>
    public Inviter? InvitedBy { get; init; }

    /// <summary>Audio or video.</summary>
    public required CallMedia Media { get; init; }

    /// <summary>The app's own conversation id.</summary>
    public string? ConversationId { get; init; }

    /// <summary>For a ring: an <see cref="OrleansCalls.ActionToken"/> as text; null when none could be signed.</summary>
    public string? ActionToken { get; init; }

    /// <summary>Until when it rings; for a missed call, when it ended.</summary>
    public required DateTimeOffset RingUntil { get; init; }

    /// <summary>How long a provider may keep it: the remaining ring time.</summary>
    public required TimeSpan TimeToLive { get; init; }
}

/// <summary>What a provider said.</summary>
public sealed record PushResult
{
    /// <summary>Null when the provider took it, else a short code in lower snake case.</summary>
    public string? Error { get; init; }

    /// <summary>The provider may have taken it although the answer was lost: the device may ring.</summary>
    public bool InDoubt { get; init; }

    /// <summary>The provider does not know this token (any more): forget it, if it is still the same.</summary>
    public bool TokenUnregistered { get; init; }

    /// <summary>The provider took it.</summary>
    public static PushResult Accepted { get; } = new();
}
