namespace OrleansCalls.Calls;

/// <summary>Times and limits of calls; section <c>Calls</c> of the configuration.</summary>
public sealed record CallOptions
{
    /// <summary>Ring time if the caller requests none. 10-180 s, default 60 s.</summary>
    public TimeSpan Ring { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Minimum rest of the ring when the first device starts alerting. 0-180 s, default 30 s.</summary>
    public TimeSpan RingAfterAlert { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>From accept to ready. 1-120 s, default 20 s.</summary>
    public TimeSpan Ready { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>From the first media report to connected. 1-300 s, default 30 s.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often progress restarts <see cref="Connect"/>. 0-100, default 3.</summary>
    public int ConnectResets { get; init; } = 3;

    /// <summary>How long a caller's device may be disconnected while ringing. 1-600 s, default 20 s.</summary>
    public TimeSpan CallerAway { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a party's device may be disconnected after the answer. 1-600 s, default 30 s.</summary>
    public TimeSpan PartyAway { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long an answered call stays open without a socket, a command or a read of any party. 30 s to 24 h, default 2 minutes.
    /// </summary>
    public TimeSpan PartySilent { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The longest call. 1 minute to 24 h, default 24 h: the tombstone of an id lives longer than any call.</summary>
    public TimeSpan MaxDuration { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Unanswered rings of one pair within <see cref="PairWindow"/>; 0 for no limit. 0-1000, default 3.</summary>
    public int PairRings { get; init; } = 3;

    /// <summary>See <see cref="PairRings"/>. 1 s to 1 h, default 2 minutes.</summary>
    public TimeSpan PairWindow { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Calls and invites that one user may start within a minute; 0 for no limit. 0-100,000, default 60.</summary>
    public int StartsPerMinute { get; init; } = 60;

    /// <summary>Different users whom one user may ring within a minute; 0 for no limit. 0-100,000, default 100.</summary>
    public int CalleesPerMinute { get; init; } = 100;

    /// <summary>
    /// Open calls of one user: above it a start is rejected, and a callee is busy; 0 for no limit. 0-100,000, default 200.
    /// </summary>
    public int OpenCalls { get; init; } = 200;

    /// <summary>
    /// How long a connected device may take to acknowledge a ring before a push is sent too. 0.1-30 s, default 2 s.
    /// </summary>
    public TimeSpan AckWindow { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Lease of a connection that its gateway does not renew. 10-600 s, default 60 s.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(60);
}
