namespace OrleansCalls;

/// <summary>A call that is about to start asks one of its users for a place.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.AdmissionRequest")]
public sealed record AdmissionRequest
{
    /// <summary>The call as the user is to keep it.</summary>
    [Id(0)] public required OpenCall Call { get; init; }

    /// <summary>
    /// For whoever rings: at most this many unanswered rings to one callee within <see cref="PairWindow"/>; 0 for no limit.
    /// </summary>
    [Id(1)] public int PairLimit { get; init; }

    /// <summary>See <see cref="PairLimit"/>.</summary>
    [Id(2)] public TimeSpan PairWindow { get; init; }

    /// <summary>
    /// Who invites into a call that is there already; null for a start. The inviter is asked too, and only counts the rings:
    /// limits are the inviter's, and blocked is who the inviter or the caller of the call is.
    /// </summary>
    [Id(3)] public string? InviterId { get; init; }

    /// <summary>For whoever rings: at most this many starts and invites a minute; 0 for no limit.</summary>
    [Id(4)] public int StartLimit { get; init; }

    /// <summary>For whoever rings: at most this many different callees a minute; 0 for no limit.</summary>
    [Id(5)] public int CalleeLimit { get; init; }

    /// <summary>At most this many open calls of one user; 0 for no limit.</summary>
    [Id(6)] public int OpenLimit { get; init; }
}

/// <summary>What a user's grain answers to <see cref="AdmissionRequest"/>.</summary>
public enum AdmissionOutcome
{
    /// <summary>The place is taken.</summary>
    Admitted = 1,

    /// <summary>
    /// Taken, and <see cref="Admission.OtherCallId"/>, an older call of the same two people, is to end
    /// <see cref="EndReason.Replaced"/>.
    /// </summary>
    Replaces = 2,

    /// <summary>Not taken: the callee is ringing the caller in <see cref="Admission.OtherCallId"/>.</summary>
    Glare = 3,

    /// <summary>Not taken: in a call with somebody else, or in as many as may be.</summary>
    Busy = 4,

    /// <summary>Not taken: the user does not take calls from this caller.</summary>
    Blocked = 5,

    /// <summary>
    /// Not taken: the user has rung too often, too many people, or one of them in vain; see <see cref="AdmissionRequest"/>.
    /// </summary>
    RateLimited = 6,

    /// <summary>Not taken: the user does not want to be disturbed, and finds a missed call later.</summary>
    DoNotDisturb = 7,
}

/// <summary>See <see cref="IUserGrain.Admit"/>.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.Admission")]
public sealed record Admission
{
    /// <summary>What came of it.</summary>
    [Id(0)] public required AdmissionOutcome Outcome { get; init; }

    /// <summary>The other call, with <see cref="AdmissionOutcome.Glare"/> and <see cref="AdmissionOutcome.Replaces"/>.</summary>
    [Id(1)] public string? OtherCallId { get; init; }

    /// <summary>
    /// With <see cref="AdmissionOutcome.Glare"/>: both want the same media, so the second start counts as an accept.
    /// </summary>
    [Id(2)] public bool SameMedia { get; init; }

    /// <summary>With <see cref="AdmissionOutcome.RateLimited"/>: when to try again.</summary>
    [Id(3)] public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether a device of the user is connected.</summary>
    [Id(4)] public bool Online { get; init; }
}
