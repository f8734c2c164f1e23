namespace OrleansCalls.Client;

/// <summary>The user's settings.</summary>
public sealed record UserSettings
{
    /// <summary>No device rings; callers see an unreachable callee.</summary>
    public bool DoNotDisturb { get; init; }

    /// <summary>The end of do-not-disturb; null for none.</summary>
    public DateTimeOffset? DoNotDisturbUntil { get; init; }

    /// <summary>Whether calls ring during another call.</summary>
    public bool CallWaiting { get; init; }

    /// <summary>Users whose calls are rejected; 1,000 at most.</summary>
    public IReadOnlyList<string> Blocked { get; init; } = [];
}

/// <summary>A change of the user's settings; null members stay unchanged.</summary>
public sealed record SettingsChangeRequest
{
    /// <summary>See <see cref="UserSettings.DoNotDisturb"/>. Without <see cref="DoNotDisturbUntil"/> it has no end.</summary>
    public bool? DoNotDisturb { get; init; }

    /// <summary>See <see cref="UserSettings.DoNotDisturbUntil"/>.</summary>
    public DateTimeOffset? DoNotDisturbUntil { get; init; }

    /// <summary>See <see cref="UserSettings.CallWaiting"/>.</summary>
    public bool? CallWaiting { get; init; }

    /// <summary>All users whose calls are rejected.</summary>
    public IReadOnlyList<string>? Blocked { get; init; }
}
