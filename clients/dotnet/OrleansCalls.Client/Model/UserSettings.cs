namespace OrleansCalls.Client;

/// <summary>The user's own settings.</summary>
public sealed record UserSettings
{
    /// <summary>No device rings; callers see a callee who cannot be reached.</summary>
    public bool DoNotDisturb { get; init; }

    /// <summary>When do-not-disturb ends by itself; null for never.</summary>
    public DateTimeOffset? DoNotDisturbUntil { get; init; }

    /// <summary>Ring also while in another call.</summary>
    public bool CallWaiting { get; init; }

    /// <summary>Users whose calls are not taken; 1,000 at most.</summary>
    public IReadOnlyList<string> Blocked { get; init; } = [];
}

/// <summary>A change of the user's own settings; what is null stays as it is.</summary>
public sealed record SettingsChangeRequest
{
    /// <summary>See <see cref="UserSettings.DoNotDisturb"/>. Without <see cref="DoNotDisturbUntil"/> it has no end.</summary>
    public bool? DoNotDisturb { get; init; }

    /// <summary>See <see cref="UserSettings.DoNotDisturbUntil"/>.</summary>
    public DateTimeOffset? DoNotDisturbUntil { get; init; }

    /// <summary>See <see cref="UserSettings.CallWaiting"/>.</summary>
    public bool? CallWaiting { get; init; }

    /// <summary>All users whose calls are not taken.</summary>
    public IReadOnlyList<string>? Blocked { get; init; }
}
