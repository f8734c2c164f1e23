using System.Globalization;

namespace OrleansCalls.Gateway.Dialects.Rooms;

/// <summary>Where rooms are known. Section <c>Rooms</c>.</summary>
public sealed record RoomOptions
{
    /// <summary>A Matrix homeserver; null if none is asked. It ends with a slash.</summary>
    public required Uri? Homeserver { get; init; }

    /// <summary>How long the homeserver may take.</summary>
    public required TimeSpan Patience { get; init; }

    /// <summary>How many tokens may be looked up at the homeserver at once.</summary>
    public required int Lookups { get; init; }

    /// <summary>How many plain sockets may be open that have not registered yet; one more is refused.</summary>
    public required int MaxUnregistered { get; init; }

    /// <summary>How many of them may be of one address; one more is refused.</summary>
    public required int MaxUnregisteredPerAddress { get; init; }

    /// <summary>Members of rooms that are listed here, by room id.</summary>
    public required ImmutableDictionary<string, ImmutableArray<string>> Rooms { get; init; }

    /// <summary>Reads the section.</summary>
    public static RoomOptions Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var settings = new SettingsReader(configuration, "Rooms");
        Uri? homeserver = null;
        if (settings.Text("HomeserverUrl") is { } url
            && !(Uri.TryCreate(url.TrimEnd('/') + "/", UriKind.Absolute, out homeserver) && homeserver.Scheme is "http" or "https"))
            throw settings.Wrong("HomeserverUrl", "must be an http or https address");
        var rooms = ImmutableDictionary.CreateBuilder<string, ImmutableArray<string>>(StringComparer.Ordinal);
        foreach (var child in configuration.GetSection("Rooms").GetChildren())
        {
            if (!int.TryParse(child.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                continue;
            var room = new SettingsReader(configuration, $"Rooms:{child.Key}");
            var id = room.Text("Id") ?? throw settings.Wrong($"{child.Key}__Id", "is missing");
            var members = room.List("Members");
            if (members.IsEmpty || members.Any(member => member.Length > CallLimits.UserId))
                throw settings.Wrong($"{child.Key}__Members", $"must hold user ids of up to {CallLimits.UserId} characters, with commas");
            if (!rooms.TryAdd(id, members))
                throw settings.Wrong($"{child.Key}__Id", "names a room a second time");
        }

        return new RoomOptions
        {
            Homeserver = homeserver,
            Patience = settings.Seconds("HomeserverSeconds", 5, 0.1, 30),
            Lookups = settings.Whole("HomeserverLookups", 16, 1, 1_000),
            MaxUnregistered = settings.Whole("MaxUnregistered", 5_000, 1, 1_000_000),
            MaxUnregisteredPerAddress = settings.Whole("MaxUnregisteredPerAddress", 500, 1, 1_000_000),
            Rooms = rooms.ToImmutable(),
        };
    }
}
