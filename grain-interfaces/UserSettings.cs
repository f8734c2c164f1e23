using System.Collections.Immutable;

namespace OrleansCalls;

/// <summary>The user's own settings.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.UserSettings")]
public sealed record UserSettings
{
    /// <summary>No device rings; callers see a callee who cannot be reached.</summary>
    [Id(0)] public bool DoNotDisturb { get; init; }

    /// <summary>When do-not-disturb ends by itself; null for never.</summary>
    [Id(1)] public DateTimeOffset? DoNotDisturbUntil { get; init; }

    /// <summary>Ring although in another call.</summary>
    [Id(2)] public bool CallWaiting { get; init; }

    /// <summary>Whose calls are not taken; 1,000 at most.</summary>
    [Id(3)] public ImmutableArray<string> Blocked { get; init; } = [];
}

/// <summary>Some of the user's own settings, each null where it is to stay as it is.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.SettingsChange")]
public sealed record SettingsChange
{
    /// <summary>See <see cref="UserSettings.DoNotDisturb"/>.</summary>
    [Id(0)] public bool? DoNotDisturb { get; init; }

    /// <summary>See <see cref="UserSettings.DoNotDisturbUntil"/>.</summary>
    [Id(1)] public DateTimeOffset? DoNotDisturbUntil { get; init; }

    /// <summary>Whether <see cref="DoNotDisturbUntil"/> is given, null or not.</summary>
    [Id(2)] public bool SetsUntil { get; init; }

    /// <summary>See <see cref="UserSettings.CallWaiting"/>.</summary>
    [Id(3)] public bool? CallWaiting { get; init; }

    /// <summary>See <see cref="UserSettings.Blocked"/>.</summary>
    [Id(4)] public ImmutableArray<string>? Blocked { get; init; }
}
