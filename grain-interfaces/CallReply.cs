using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace OrleansCalls;

/// <summary>The error codes of hub and REST.</summary>
public enum CallErrorCode
{
    /// <summary>400: an argument is missing, too long or malformed.</summary>
    InvalidArgument = 1,

    /// <summary>401: the token is missing or invalid.</summary>
    Unauthenticated = 2,

    /// <summary>403: not a party of this call, or a missing role.</summary>
    Forbidden = 3,

    /// <summary>404: no such call.</summary>
    NotFound = 4,

    /// <summary>409: not possible in this state, or the id belongs to another caller's call.</summary>
    Conflict = 5,

    /// <summary>410: the call has ended; the reply holds it.</summary>
    Ended = 6,

    /// <summary>413: a size limit is exceeded.</summary>
    TooLarge = 7,

    /// <summary>429: too many requests; retry after the given time.</summary>
    RateLimited = 8,

    /// <summary>503: a component is unavailable; the command may be retried.</summary>
    Unavailable = 9,

    /// <summary>500: an internal error, logged under the trace id.</summary>
    Internal = 10,
}

/// <summary>A rejected command, which changed nothing.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.CallError")]
public sealed record CallError
{
    /// <summary>The error code, for programs.</summary>
    [Id(0)] public required CallErrorCode Code { get; init; }

    /// <summary>A description for developers.</summary>
    [Id(1)] public required string Detail { get; init; }

    /// <summary>
    /// With <see cref="CallErrorCode.RateLimited"/> and <see cref="CallErrorCode.Unavailable"/>: when to retry.
    /// </summary>
    [Id(2)] public TimeSpan? RetryAfter { get; init; }
}

/// <summary>The result of a command.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.CallReply")]
public sealed record CallReply
{
    /// <summary>The current state of the call, if the actor may see it; also with an error where it helps.</summary>
    [Id(0)] public Call? Call { get; init; }

    /// <summary>The error; null on success.</summary>
    [Id(1)] public CallError? Error { get; init; }

    /// <summary>The caller's offer, for <see cref="RequestOffer"/> and for a resuming device.</summary>
    [Id(2)] public SessionDescription? Offer { get; init; }

    /// <summary>The first accepting callee's answer, for a resuming device of the caller.</summary>
    [Id(3)] public SessionDescription? Answer { get; init; }

    /// <summary>The events after the seq of a resuming device, as far as they are available.</summary>
    [Id(4)] public ImmutableArray<CallEvent> Events { get; init; } = [];

    /// <summary>Whether the command succeeded.</summary>
    [MemberNotNullWhen(false, nameof(Error))]
    public bool Succeeded => Error is null;
}
