using System.Net;

namespace OrleansCalls.Silo;

/// <summary>The silo itself: section <c>Silo</c>.</summary>
public sealed record SiloOptions
{
    /// <summary>
    /// Names this service's rows in a database. Another name is another service: nothing it stored is found under the new one.
    /// </summary>
    public const string ServiceId = "orleans-calls";

    /// <summary>
    /// Where the other silos and the gateways reach this one; null for the machine's own address (the first that is not loopback). Used in a
    /// cluster only.
    /// </summary>
    public required IPAddress? Address { get; init; }

    /// <summary>
    /// Port on which silos speak with each other; 0 takes any free one. Null: 11111 in a cluster, any free one of the loopback
    /// interface otherwise. A silo that comes back at the same port takes its dead predecessor's place at once.
    /// </summary>
    public required int? Port { get; init; }

    /// <summary>Port at which gateways of other processes knock, in a cluster; 0 takes any free one. Null: 30000.</summary>
    public required int? GatewayPort { get; init; }

    /// <summary>How long a silo has to hand its grains over when it is told to stop; 1 s to 10 minutes.</summary>
    public required TimeSpan Drain { get; init; }

    /// <summary>After which time a call or a user that nobody has asked for leaves memory; 2 minutes to a day.</summary>
    public required TimeSpan CollectionAge { get; init; }

    internal static SiloOptions Read(SettingsReader settings)
    {
        if (!IPAddress.TryParse(settings.Text("Silo__Address"), out var address) && settings.Text("Silo__Address") is { } text)
            settings.Wrong("Silo__Address", $"must be an IP address, not '{text}'");
        return new SiloOptions
        {
            Address = address,
            Port = settings.Whole("Silo__Port", 0, 65_535),
            GatewayPort = settings.Whole("Silo__GatewayPort", 0, 65_535),
            Drain = settings.Time("Silo__DrainSeconds", 30, 1, 600),
            CollectionAge = settings.Time("Silo__CollectionAgeSeconds", 300, 120, 86_400),
        };
    }
}
