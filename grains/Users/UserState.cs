using System.Collections.Immutable;

namespace OrleansCalls.Users;

/// <summary>What a user said and what must not be lost; all else about a user is soft.</summary>
public sealed record StoredUser
{
    /// <summary>Push tokens, at most one for a device and provider.</summary>
    public ImmutableArray<DeviceToken> Tokens { get; init; } = [];

    /// <summary>The user's own settings.</summary>
    public UserSettings Settings { get; init; } = new();

    /// <summary>Missed calls that nobody has acknowledged, oldest first; the newest 100.</summary>
    public ImmutableArray<MissedCall> Missed { get; init; } = [];

    /// <summary>Missed calls up to here have been seen.</summary>
    public DateTimeOffset? AckedUpTo { get; init; }

    /// <summary>Missed calls that have been acknowledged, the newest 100: their notices may come again.</summary>
    public ImmutableArray<AckedCall> Acked { get; init; } = [];

    /// <summary>When the last connection went, as far as it has been written with something else.</summary>
    public DateTimeOffset? LastSeen { get; init; }
}

/// <summary>A missed call that somebody has seen.</summary>
/// <param name="CallId">Which call.</param>
/// <param name="At">When it was missed; it may be missed again after another invitation.</param>
public sealed record AckedCall(string CallId, DateTimeOffset At);

/// <summary>A provider's address of a device.</summary>
public sealed record DeviceToken
{
    /// <summary>Which device.</summary>
    public required string DeviceId { get; init; }

    /// <summary>Whose service.</summary>
    public required PushProvider Provider { get; init; }

    /// <summary>The address.</summary>
    public required string Token { get; init; }

    /// <summary>Since when: a failure that is older than this says nothing about the token.</summary>
    public required DateTimeOffset SetAt { get; init; }
}
