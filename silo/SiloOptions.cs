using System.Net;

namespace OrleansCalls.Silo;

/// <summary>The silo itself: section <c>Silo</c>.</summary>
public sealed record SiloOptions
{
    /// <summary>The service id of this service's rows in a database. Rows stored under another id are not found.</summary>
    public const string ServiceId = "orleans-calls";

    /// <summary>
    /// The address under which silos and gateways reach this silo, in a cluster; null for the machine's first address that is
    /// not loopback.
    /// </summary>
    public required IPAddress? Address { get; init; }

    /// <summary>
    /// The port between silos; 0 for any free one. Null: 11111 in a cluster, otherwise any free one of the loopback interface.
    /// A silo that restarts on the same port replaces its dead predecessor at once.
    /// </summary>
    public required int? Port { get; init; }

    /// <summary>The port for gateways of other processes, in a cluster; 0 for any free one. Null: 30000.</summary>
    public required int? GatewayPort { get; init; }

    /// <summary>How long a stopping silo may take to hand over its grains; 1 s to 10 minutes.</summary>
    public required TimeSpan Drain { get; init; }

    /// <summary>The time after which an idle call or user is deactivated; 2 minutes to a day.</summary>
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
