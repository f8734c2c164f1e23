using System.Collections.Immutable;

namespace OrleansCalls;

/// <summary>The operators' view of a user.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.UserInspection")]
public sealed record UserInspection
{
    /// <summary>The user's id.</summary>
    [Id(0)] public required string UserId { get; init; }

    /// <summary>Live connections.</summary>
    [Id(1)] public required ImmutableArray<Connection> Connections { get; init; }

    /// <summary>Devices with push tokens (the tokens themselves are not shown).</summary>
    [Id(2)] public required ImmutableArray<DevicePush> PushDevices { get; init; }

    /// <summary>Open calls.</summary>
    [Id(3)] public required ImmutableArray<OpenCall> OpenCalls { get; init; }

    /// <summary>The number of unacknowledged missed calls.</summary>
    [Id(4)] public required int MissedCount { get; init; }

    /// <summary>The user's settings.</summary>
    [Id(5)] public UserSettings Settings { get; init; } = new();

    /// <summary>The newest 20 missed calls of <see cref="MissedCount"/>, newest first.</summary>
    [Id(6)] public ImmutableArray<MissedCall> Missed { get; init; } = [];

    /// <summary>When the last connection closed; null if one is live, or if unknown.</summary>
    [Id(7)] public DateTimeOffset? LastSeen { get; init; }
}

/// <summary>A device's push registration.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.DevicePush")]
public sealed record DevicePush
{
    /// <summary>The device.</summary>
    [Id(0)] public required string DeviceId { get; init; }

    /// <summary>The provider.</summary>
    [Id(1)] public required PushProvider Provider { get; init; }

    /// <summary>When the token was set.</summary>
    [Id(2)] public required DateTimeOffset SetAt { get; init; }
}

/// <summary>The result of erasing a user.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.UserErasure")]
public sealed record UserErasure
{
    /// <summary>The number of deleted push tokens.</summary>
    [Id(0)] public required int PushTokens { get; init; }

    /// <summary>The number of deleted missed calls.</summary>
    [Id(1)] public required int MissedCalls { get; init; }

    /// <summary>The user's open and recently ended calls, whose history may not be written yet.</summary>
    [Id(2)] public ImmutableArray<string> CallIds { get; init; } = [];
}
