using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace OrleansCalls;

/// <summary>The error codes of hub and REST.</summary>
public enum CallErrorCode
{
    /// <summary>400: something in the request is missing, too long or malformed.</summary>
    InvalidArgument = 1,

    /// <summary>401: no token, or one that does not hold.</summary>
    Unauthenticated = 2,

    /// <summary>403: not a party of this call, or not in a role for this.</summary>
    Forbidden = 3,

    /// <summary>404: no such call.</summary>
    NotFound = 4,

    /// <summary>409: not in this state, or the id belongs to another caller's call.</summary>
    Conflict = 5,

    /// <summary>410: the call is over; the reply holds it.</summary>
    Ended = 6,

    /// <summary>413: past a size limit.</summary>
    TooLarge = 7,

    /// <summary>429: too often; try again after the given time.</summary>
    RateLimited = 8,

    /// <summary>503: a part of the service is away; the same command may be sent again.</summary>
    Unavailable = 9,

    /// <summary>500: a defect; it is in the log under the trace id.</summary>
    Internal = 10,
}

/// <summary>A refused command. Nothing was changed by it.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.CallError")]
public sealed record CallError
{
    /// <summary>The code clients act on.</summary>
    [Id(0)] public required CallErrorCode Code { get; init; }

    /// <summary>One sentence for developers.</summary>
    [Id(1)] public required string Detail { get; init; }

    /// <summary>With <see cref="CallErrorCode.RateLimited"/> and <see cref="CallErrorCode.Unavailable"/>: when to try again.</summary>
    [Id(2)] public TimeSpan? RetryAfter { get; init; }
}

/// <summary>What a command came to.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.CallReply")]
public sealed record CallReply
{
    /// <summary>The call as it now is, where the actor may see it; also beside an error when it helps.</summary>
    [Id(0)] public Call? Call { get; init; }

    /// <summary>Why the command was refused; null when it was not.</summary>
    [Id(1)] public CallError? Error { get; init; }

    /// <summary>The caller's offer, for <see cref="RequestOffer"/> and for a device that resumes.</summary>
    [Id(2)] public SessionDescription? Offer { get; init; }

    /// <summary>The first accepting callee's answer, for a caller's device that resumes.</summary>
    [Id(3)] public SessionDescription? Answer { get; init; }

    /// <summary>Events after the seq that a resuming device named, as far as they are still known.</summary>
    [Id(4)] public ImmutableArray<CallEvent> Events { get; init; } = [];

    /// <summary>Whether the command was carried out.</summary>
    [MemberNotNullWhen(false, nameof(Error))]
    public bool Succeeded => Error is null;
}
