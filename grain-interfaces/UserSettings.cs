using System.Collections.Immutable;

namespace OrleansCalls;

/// <summary>The user's own settings.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.UserSettings")]
public sealed record UserSettings
{
    /// <summary>Whether do-not-disturb is on: no device rings, and callers see an unreachable callee.</summary>
    [Id(0)] public bool DoNotDisturb { get; init; }

    /// <summary>When do-not-disturb ends; null for never.</summary>
    [Id(1)] public DateTimeOffset? DoNotDisturbUntil { get; init; }

    /// <summary>Whether to ring during another call.</summary>
    [Id(2)] public bool CallWaiting { get; init; }

    /// <summary>Blocked users; at most 1,000.</summary>
    [Id(3)] public ImmutableArray<string> Blocked { get; init; } = [];
}

/// <summary>A change of settings; null fields stay as they are.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.SettingsChange")]
public sealed record SettingsChange
{
    /// <summary>See <see cref="UserSettings.DoNotDisturb"/>.</summary>
    [Id(0)] public bool? DoNotDisturb { get; init; }

    /// <summary>See <see cref="UserSettings.DoNotDisturbUntil"/>.</summary>
    [Id(1)] public DateTimeOffset? DoNotDisturbUntil { get; init; }

    /// <summary>Whether <see cref="DoNotDisturbUntil"/> is set by the change, to null or not.</summary>
    [Id(2)] public bool SetsUntil { get; init; }

    /// <summary>See <see cref="UserSettings.CallWaiting"/>.</summary>
    [Id(3)] public bool? CallWaiting { get; init; }

    /// <summary>See <see cref="UserSettings.Blocked"/>.</summary>
    [Id(4)] public ImmutableArray<string>? Blocked { get; init; }
}
