namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>Which dialects are spoken. Section <c>Dialects</c>.</summary>
public sealed record DialectOptions
{
    private static readonly ImmutableArray<string> OverSocketIo = [DialectNames.Channels, DialectNames.Agora, DialectNames.Rooms];

    /// <summary>Those that are not, by name.</summary>
    public required ImmutableArray<string> Disabled { get; init; }

    /// <summary>Where clients find this service, if it is not where their requests say; without a slash at its end.</summary>
    public required string? PublicUrl { get; init; }

    /// <summary>Those in which a Socket.IO client is spoken to that has not yet shown which is its own.</summary>
    public required ImmutableArray<string> SocketIo { get; init; }

    /// <summary>Whether a dialect is spoken.</summary>
    public bool Has(string name) => !Disabled.Contains(name);

    /// <summary>Reads the section.</summary>
    public static DialectOptions Read(SettingsReader settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var socketIo = Names(settings, "Dialects__SocketIo", OverSocketIo);
        return new DialectOptions
        {
            Disabled = Names(settings, "Dialects__Disabled", DialectNames.All),
            PublicUrl = settings.Url("Dialects__PublicUrl")?.OriginalString.TrimEnd('/'),
            // Clients of rooms say who they are before they expect to be told anything.
            SocketIo = socketIo.IsEmpty ? [DialectNames.Channels, DialectNames.Agora] : socketIo,
        };
    }

    private static ImmutableArray<string> Names(SettingsReader settings, string name, ImmutableArray<string> known)
    {
        var names = settings.List(name).Select(DialectNames.Read).ToList();
        if (names.Exists(given => given is null || !known.Contains(given)))
            settings.Wrong(name, $"must hold dialects ({string.Join(", ", known.Select(Shown))}), with commas");
        return [.. names.OfType<string>()];
    }

    private static string Shown(string name) => $"{name} or {DialectNames.NumberOf(name)}";
}
