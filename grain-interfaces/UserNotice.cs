using System.Collections.Immutable;

namespace OrleansCalls;

/// <summary>A change of one call for one user.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.UserNotice")]
public sealed record UserNotice
{
    /// <summary>The addressed user.</summary>
    [Id(0)] public required string UserId { get; init; }

    /// <summary>The call.</summary>
    [Id(1)] public required string CallId { get; init; }

    /// <summary>The user's current part; null when it is over.</summary>
    [Id(2)] public OpenCall? Call { get; init; }

    /// <summary>The events for the user's devices, in order.</summary>
    [Id(3)] public ImmutableArray<Envelope> Events { get; init; } = [];

    /// <summary>A missed call to store until it is acknowledged, and to push once.</summary>
    [Id(4)] public MissedCall? Missed { get; init; }

    /// <summary>A device that has reported that it is alerting, and needs no push.</summary>
    [Id(5)] public string? AckedDeviceId { get; init; }

    /// <summary>
    /// The other party of each ring, by or for this user, that was just answered: earlier rings between them no longer count.
    /// </summary>
    [Id(7)] public ImmutableArray<string> AnsweredBy { get; init; } = [];

    /// <summary>Busy callees of this user: their rings do not count, since nothing has rung.</summary>
    [Id(8)] public ImmutableArray<string> BusyCallees { get; init; } = [];
}

/// <summary>A missed call, stored until the user has acknowledged it.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.MissedCall")]
public sealed record MissedCall
{
    /// <summary>The call.</summary>
    [Id(0)] public required string CallId { get; init; }

    /// <summary>The caller's user id.</summary>
    [Id(1)] public required string CallerId { get; init; }

    /// <summary>The caller's display name.</summary>
    [Id(2)] public string CallerName { get; init; } = "";

    /// <summary>Audio or video.</summary>
    [Id(3)] public required CallMedia Media { get; init; }

    /// <summary>When the user's part in it ended.</summary>
    [Id(4)] public required DateTimeOffset At { get; init; }

    /// <summary>The app's conversation id.</summary>
    [Id(5)] public string? ConversationId { get; init; }
}

/// <summary>The end of a user's part in a call.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.PastEnd")]
public sealed record PastEnd
{
    /// <summary>The event that reports it.</summary>
    [Id(0)] public required CallEnded End { get; init; }

    /// <summary>The call as stored in history, without metadata; null when history was not read.</summary>
    [Id(1)] public Call? Call { get; init; }

    /// <summary>When the end became known.</summary>
    [Id(2)] public required DateTimeOffset At { get; init; }
}
