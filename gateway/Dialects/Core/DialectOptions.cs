namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>Which dialects are enabled. Section <c>Dialects</c>.</summary>
public sealed record DialectOptions
{
    private static readonly ImmutableArray<string> OverSocketIo = [DialectNames.Channels, DialectNames.Agora, DialectNames.Rooms];

    /// <summary>The names of the disabled dialects.</summary>
    public required ImmutableArray<string> Disabled { get; init; }

    /// <summary>The public URL of this service, if it differs from the requests' host; without a trailing slash.</summary>
    public required string? PublicUrl { get; init; }

    /// <summary>The dialects in which events are sent to a Socket.IO client that has not identified its own yet.</summary>
    public required ImmutableArray<string> SocketIo { get; init; }

    /// <summary>Returns true if the dialect is enabled.</summary>
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
            // Clients of <c>rooms</c> register before they expect events.
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
