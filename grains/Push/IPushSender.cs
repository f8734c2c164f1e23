namespace OrleansCalls.Push;

/// <summary>Sends a push through its provider. The user's grain decides what to send, and when.</summary>
public interface IPushSender
{
    /// <summary>The VAPID public key for Web Push subscriptions, base64url; null while Web Push is off.</summary>
    string? WebPushKey => null;

    /// <summary>
    /// Returns why a token can never be used, in one sentence without any part of it; null if it may be valid.
    /// </summary>
    string? Fault(PushProvider provider, string token) => null;

    /// <summary>
    /// Sends <paramref name="message"/>. Never throws for a provider's response. Retries until <paramref name="cancellation"/>
    /// fires, which for a ring is at its end; a pending attempt may then go on until its response or timeout
    /// (<c>Push__AttemptTimeoutSeconds</c>).
    /// </summary>
    Task<PushResult> Send(PushMessage message, CancellationToken cancellation);
}

/// <summary>The type of a push; the value of <c>type</c> in its payload.</summary>
public enum PushType
{
    /// <summary>An incoming call.</summary>
    CallIncoming = 1,

    /// <summary>The end of a ring; never for APNs VoIP, where each push must ring.</summary>
    CallCancelled = 2,

    /// <summary>A missed call.</summary>
    CallMissed = 3,

    /// <summary>
    /// A test ring: the device acknowledges it silently. <see cref="PushMessage.CallId"/> is the id of the test. Never for APNs
    /// VoIP, where each push must ring.
    /// </summary>
    TestRing = 4,
}

/// <summary>One push for one device.</summary>
public sealed record PushMessage
{
    /// <summary>The type.</summary>
    public required PushType Type { get; init; }

    /// <summary>The device's user.</summary>
    public required string UserId { get; init; }

    /// <summary>The device.</summary>
    public required string DeviceId { get; init; }

    /// <summary>The provider.</summary>
    public required PushProvider Provider { get; init; }

    /// <summary>The provider's token of the device.</summary>
    public required string Token { get; init; }

    /// <summary>When the token was set: an older failure does not apply to it.</summary>
    public DateTimeOffset? TokenSetAt { get; init; }

    /// <summary>The call.</summary>
    public required string CallId { get; init; }

    /// <summary>User id of the caller.</summary>
    public required string CallerId { get; init; }

    /// <summary>The caller's display name.</summary>
    public required string CallerName { get; init; }

    /// <summary>The user who invited into a live call, if that was not the caller.</summary>
    public Inviter? InvitedBy { get; init; }

    /// <summary>Audio or video.</summary>
    public required CallMedia Media { get; init; }

    /// <summary>The app's own conversation id.</summary>
    public string? ConversationId { get; init; }

    /// <summary>For a ring: an <see cref="OrleansCalls.ActionToken"/> as text; null when none could be signed.</summary>
    public string? ActionToken { get; init; }

    /// <summary>When the ring ends; for a missed call, when it ended.</summary>
    public required DateTimeOffset RingUntil { get; init; }

    /// <summary>How long the provider may keep the push: the remaining ring time.</summary>
    public required TimeSpan TimeToLive { get; init; }
}

/// <summary>The result of a push.</summary>
public sealed record PushResult
{
    /// <summary>Null when the provider accepted it, else an error code in lower snake case.</summary>
    public string? Error { get; init; }

    /// <summary>Whether the provider may have accepted it although the response was lost: the device may ring.</summary>
    public bool InDoubt { get; init; }

    /// <summary>
    /// Whether the provider does not know this token (any more): it must be deleted, if it is still the same.
    /// </summary>
    public bool TokenUnregistered { get; init; }

    /// <summary>An accepted push.</summary>
    public static PushResult Accepted { get; } = new();
}
