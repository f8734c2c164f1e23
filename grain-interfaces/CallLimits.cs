namespace OrleansCalls;

/// <summary>The limits of the protocol; counts are inclusive.</summary>
public static class CallLimits
{
    /// <summary>The highest accepted round-trip time and jitter, in milliseconds.</summary>
    public const double LongestDelayMs = 60_000;

    /// <summary>The best rating; the worst is 1.</summary>
    public const int MaxStars = 5;

    /// <summary>Characters of a user id.</summary>
    public const int UserId = 128;

    /// <summary>Characters of a device id.</summary>
    public const int DeviceId = 64;

    /// <summary>Characters of a call id.</summary>
    public const int CallId = 64;

    /// <summary>Characters of a display name.</summary>
    public const int Name = 256;

    /// <summary>Characters of a conversation id.</summary>
    public const int ConversationId = 256;

    /// <summary>Callees of a call.</summary>
    public const int Callees = 16;

    /// <summary>Devices of a user.</summary>
    public const int Devices = 16;

    /// <summary>UTF-8 bytes of an SDP.</summary>
    public const int SdpBytes = 64 * 1024;

    /// <summary>UTF-8 bytes of all keys and values of the metadata.</summary>
    public const int MetadataBytes = 4 * 1024;

    /// <summary>UTF-8 bytes of one signal's payload.</summary>
    public const int SignalBytes = 64 * 1024;

    /// <summary>Characters of a reject or end reason.</summary>
    public const int ReasonText = 128;

    /// <summary>Signals queued for a leg without a bound device.</summary>
    public const int BufferedSignals = 64;

    /// <summary>UTF-16 characters of all signals queued for one leg.</summary>
    public const int BufferedSignalChars = 64 * 1024;

    /// <summary>Users watched by one connection.</summary>
    public const int WatchedUsers = 200;

    /// <summary>Characters of a push token.</summary>
    public const int PushToken = 4096;

    /// <summary>Calls on one page of history.</summary>
    public const int HistoryPage = 100;

    /// <summary>Recent ends sent to a device that reports no seq: the user's newest within <see cref="EndsToldFor"/>.</summary>
    public const int EndsTold = 8;

    /// <summary>User ids on one block list.</summary>
    public const int Blocked = 1000;

    /// <summary>The shortest ring time.</summary>
    public static readonly TimeSpan MinRing = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long the state of an ended call is kept after its last write. An ended id must not ring again for 24 h, and an open
    /// call lives at most 24 h without a write: after 48 h a row can only be the tombstone of a call whose id is free again.
    /// One more hour covers clock skew.
    /// </summary>
    public static readonly TimeSpan KeptAfterEnd = TimeSpan.FromHours(49);

    /// <summary>How long an ended call is among <see cref="EndsTold"/>: as long as its id must not ring again.</summary>
    public static readonly TimeSpan EndsToldFor = TimeSpan.FromHours(24);

    /// <summary>How long missed calls are kept for a user without any other state: a callee need not exist.</summary>
    public static readonly TimeSpan KeptForUnknown = TimeSpan.FromDays(7);

    /// <summary>The longest ring time, including extensions for late devices.</summary>
    public static readonly TimeSpan MaxRing = TimeSpan.FromSeconds(180);
}
