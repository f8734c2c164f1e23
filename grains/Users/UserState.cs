using System.Collections.Immutable;

namespace OrleansCalls.Users;

/// <summary>The durable state of a user; everything else is soft state.</summary>
public sealed record StoredUser
{
    /// <summary>The push tokens, at most one per device and provider.</summary>
    public ImmutableArray<DeviceToken> Tokens { get; init; } = [];

    /// <summary>The user's own settings.</summary>
    public UserSettings Settings { get; init; } = new();

    /// <summary>Unacknowledged missed calls, oldest first; the newest 100.</summary>
    public ImmutableArray<MissedCall> Missed { get; init; } = [];

    /// <summary>Missed calls up to this time are acknowledged.</summary>
    public DateTimeOffset? AckedUpTo { get; init; }

    /// <summary>Acknowledged missed calls, the newest 100: their notices may be repeated.</summary>
    public ImmutableArray<AckedCall> Acked { get; init; } = [];

    /// <summary>When the last connection closed, as of the last write.</summary>
    public DateTimeOffset? LastSeen { get; init; }
}

/// <summary>An acknowledged missed call.</summary>
/// <param name="CallId">The call.</param>
/// <param name="At">When it was missed; a further invitation may be missed again.</param>
public sealed record AckedCall(string CallId, DateTimeOffset At);

/// <summary>A push token of a device.</summary>
public sealed record DeviceToken
{
    /// <summary>The device.</summary>
    public required string DeviceId { get; init; }

    /// <summary>The provider.</summary>
    public required PushProvider Provider { get; init; }

    /// <summary>The token.</summary>
    public required string Token { get; init; }

    /// <summary>When it was set: an older failure does not apply to it.</summary>
    public required DateTimeOffset SetAt { get; init; }
}
