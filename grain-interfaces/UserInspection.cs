using System.Collections.Immutable;

namespace OrleansCalls;

/// <summary>What operators see of a user.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.UserInspection")]
public sealed record UserInspection
{
    /// <summary>Who.</summary>
    [Id(0)] public required string UserId { get; init; }

    /// <summary>Live connections.</summary>
    [Id(1)] public required ImmutableArray<Connection> Connections { get; init; }

    /// <summary>Devices with push tokens (the tokens themselves are not shown).</summary>
    [Id(2)] public required ImmutableArray<DevicePush> PushDevices { get; init; }

    /// <summary>Open calls.</summary>
    [Id(3)] public required ImmutableArray<OpenCall> OpenCalls { get; init; }

    /// <summary>Missed calls that nobody has acknowledged.</summary>
    [Id(4)] public required int MissedCount { get; init; }

    /// <summary>The user's own settings.</summary>
    [Id(5)] public UserSettings Settings { get; init; } = new();

    /// <summary>The missed calls of <see cref="MissedCount"/>, the newest 20, newest first.</summary>
    [Id(6)] public ImmutableArray<MissedCall> Missed { get; init; } = [];

    /// <summary>When the last connection went; null if one is there, or that is not known.</summary>
    [Id(7)] public DateTimeOffset? LastSeen { get; init; }
}

/// <summary>That a device can be pushed.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.DevicePush")]
public sealed record DevicePush
{
    /// <summary>Which device.</summary>
    [Id(0)] public required string DeviceId { get; init; }

    /// <summary>By which provider.</summary>
    [Id(1)] public required PushProvider Provider { get; init; }

    /// <summary>Since when.</summary>
    [Id(2)] public required DateTimeOffset SetAt { get; init; }
}

/// <summary>What was forgotten of a user.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.UserErasure")]
public sealed record UserErasure
{
    /// <summary>Push tokens.</summary>
    [Id(0)] public required int PushTokens { get; init; }

    /// <summary>Missed calls that nobody had acknowledged.</summary>
    [Id(1)] public required int MissedCalls { get; init; }

    /// <summary>Calls that this user has, or has had lately: their history may still be on its way.</summary>
    [Id(2)] public ImmutableArray<string> CallIds { get; init; } = [];
}
