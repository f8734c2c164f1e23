namespace OrleansCalls;

/// <summary>The request of a starting call to one of its users for admission.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.AdmissionRequest")]
public sealed record AdmissionRequest
{
    /// <summary>The call as the user's grain should store it.</summary>
    [Id(0)] public required OpenCall Call { get; init; }

    /// <summary>
    /// For the ringing user: the maximum of unanswered rings to one callee within <see cref="PairWindow"/>; 0 for no limit.
    /// </summary>
    [Id(1)] public int PairLimit { get; init; }

    /// <summary>See <see cref="PairLimit"/>.</summary>
    [Id(2)] public TimeSpan PairWindow { get; init; }

    /// <summary>
    /// The inviter into an open call; null for a start. The inviter is asked too, and only counts the rings against the inviter's
    /// limits. A callee who blocks the inviter or the caller is not rung.
    /// </summary>
    [Id(3)] public string? InviterId { get; init; }

    /// <summary>For the ringing user: the maximum of starts and invites a minute; 0 for no limit.</summary>
    [Id(4)] public int StartLimit { get; init; }

    /// <summary>For the ringing user: the maximum of different callees a minute; 0 for no limit.</summary>
    [Id(5)] public int CalleeLimit { get; init; }

    /// <summary>The maximum of open calls of one user; 0 for no limit.</summary>
    [Id(6)] public int OpenLimit { get; init; }
}

/// <summary>The result of an <see cref="AdmissionRequest"/>.</summary>
public enum AdmissionOutcome
{
    /// <summary>Admitted.</summary>
    Admitted = 1,

    /// <summary>
    /// Admitted; <see cref="Admission.OtherCallId"/>, an older call of the same two users, must end as
    /// <see cref="EndReason.Replaced"/>.
    /// </summary>
    Replaces = 2,

    /// <summary>Not admitted: the callee is ringing the caller in <see cref="Admission.OtherCallId"/>.</summary>
    Glare = 3,

    /// <summary>Not admitted: the user is in another call, or has the maximum of open calls.</summary>
    Busy = 4,

    /// <summary>Not admitted: the user blocks this caller.</summary>
    Blocked = 5,

    /// <summary>Not admitted: the user has exceeded a rate limit; see <see cref="AdmissionRequest"/>.</summary>
    RateLimited = 6,

    /// <summary>Not admitted: the user has set "do not disturb", and gets a missed call.</summary>
    DoNotDisturb = 7,
}

/// <summary>The reply to <see cref="IUserGrain.Admit"/>.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.Admission")]
public sealed record Admission
{
    /// <summary>The outcome.</summary>
    [Id(0)] public required AdmissionOutcome Outcome { get; init; }

    /// <summary>The other call, with <see cref="AdmissionOutcome.Glare"/> and <see cref="AdmissionOutcome.Replaces"/>.</summary>
    [Id(1)] public string? OtherCallId { get; init; }

    /// <summary>
    /// With <see cref="AdmissionOutcome.Glare"/>: both calls have the same media, so the second start counts as an accept.
    /// </summary>
    [Id(2)] public bool SameMedia { get; init; }

    /// <summary>With <see cref="AdmissionOutcome.RateLimited"/>: the time until the next attempt may succeed.</summary>
    [Id(3)] public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether a device of the user is connected.</summary>
    [Id(4)] public bool Online { get; init; }
}
