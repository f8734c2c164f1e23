using System.Collections.Immutable;

namespace OrleansCalls;

/// <summary>News of one call for one user.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.UserNotice")]
public sealed record UserNotice
{
    /// <summary>To whom.</summary>
    [Id(0)] public required string UserId { get; init; }

    /// <summary>Which call.</summary>
    [Id(1)] public required string CallId { get; init; }

    /// <summary>The user's part as it now is; null when it is over.</summary>
    [Id(2)] public OpenCall? Call { get; init; }

    /// <summary>What the user's devices are told, in order.</summary>
    [Id(3)] public ImmutableArray<Envelope> Events { get; init; } = [];

    /// <summary>A missed call to be kept until it is acknowledged, and pushed once.</summary>
    [Id(4)] public MissedCall? Missed { get; init; }

    /// <summary>A device that said it is alerting: it needs no push.</summary>
    [Id(5)] public string? AckedDeviceId { get; init; }

    /// <summary>
    /// The other side of each ring, of or at this user, that was answered just now: earlier rings at them no longer count.
    /// </summary>
    [Id(7)] public ImmutableArray<string> AnsweredBy { get; init; } = [];

    /// <summary>Callees of this user who are busy: nothing has rung, and nothing counts.</summary>
    [Id(8)] public ImmutableArray<string> BusyCallees { get; init; } = [];
}

/// <summary>A missed call, as kept until the user has seen it.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.MissedCall")]
public sealed record MissedCall
{
    /// <summary>Which call.</summary>
    [Id(0)] public required string CallId { get; init; }

    /// <summary>Who called.</summary>
    [Id(1)] public required string CallerId { get; init; }

    /// <summary>The caller's display name.</summary>
    [Id(2)] public string CallerName { get; init; } = "";

    /// <summary>Audio or video.</summary>
    [Id(3)] public required CallMedia Media { get; init; }

    /// <summary>When the user's part in it ended.</summary>
    [Id(4)] public required DateTimeOffset At { get; init; }

    /// <summary>The app's own conversation id.</summary>
    [Id(5)] public string? ConversationId { get; init; }
}

/// <summary>The end of a user's part in a call.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.PastEnd")]
public sealed record PastEnd
{
    /// <summary>The event that tells it.</summary>
    [Id(0)] public required CallEnded End { get; init; }

    /// <summary>The call as history has it, without metadata; null when history has not been asked.</summary>
    [Id(1)] public Call? Call { get; init; }

    /// <summary>When the end was known.</summary>
    [Id(2)] public required DateTimeOffset At { get; init; }
}
