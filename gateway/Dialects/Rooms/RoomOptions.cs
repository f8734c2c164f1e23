namespace OrleansCalls.Gateway.Dialects.Rooms;

/// <summary>Where members of rooms are found. Section <c>Rooms</c>.</summary>
public sealed record RoomOptions
{
    /// <summary>The URL of a Matrix homeserver, with a trailing slash; null if none is used.</summary>
    public required Uri? Homeserver { get; init; }

    /// <summary>The timeout of requests to the homeserver.</summary>
    public required TimeSpan Patience { get; init; }

    /// <summary>How many token lookups at the homeserver may run at once.</summary>
    public required int Lookups { get; init; }

    /// <summary>How many plain sockets may be open that have not registered yet; further ones are rejected.</summary>
    public required int MaxUnregistered { get; init; }

    /// <summary>How many of them one address may have; further ones are rejected.</summary>
    public required int MaxUnregisteredPerAddress { get; init; }

    /// <summary>The members of the rooms listed here, by room id.</summary>
    public required ImmutableDictionary<string, ImmutableArray<string>> Rooms { get; init; }

    /// <summary>Reads the section.</summary>
    public static RoomOptions Read(SettingsReader settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var rooms = ImmutableDictionary.CreateBuilder<string, ImmutableArray<string>>(StringComparer.Ordinal);
        foreach (var number in settings.Members("Rooms").Where(name => name.All(char.IsAsciiDigit)))
        {
            var (idName, membersName) = ($"Rooms__{number}__Id", $"Rooms__{number}__Members");
            var (id, members) = (settings.Text(idName), settings.List(membersName));
            if (id is null)
                settings.Wrong(idName, "is missing");
            else if (!rooms.TryAdd(id, members))
                settings.Wrong(idName, "names a room a second time");
            if (members.IsEmpty || members.Any(member => member.Length > CallLimits.UserId))
                settings.Wrong(membersName, $"must hold user ids of up to {CallLimits.UserId} characters, with commas");
        }

        return new RoomOptions
        {
            Homeserver = settings.Url("Rooms__HomeserverUrl") is { } url ? new Uri(url.OriginalString.TrimEnd('/') + '/') : null,
            Patience = settings.Time("Rooms__HomeserverSeconds", 5, 0.1, 30),
            Lookups = settings.Whole("Rooms__HomeserverLookups", 16, 1, 1_000),
            MaxUnregistered = settings.Whole("Rooms__MaxUnregistered", 5_000, 1, 1_000_000),
            MaxUnregisteredPerAddress = settings.Whole("Rooms__MaxUnregisteredPerAddress", 500, 1, 1_000_000),
            Rooms = rooms.ToImmutable(),
        };
    }
}
