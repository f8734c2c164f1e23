using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http.Connections;

namespace OrleansCalls.Gateway.Hosting;

/// <summary>How this process treats its connections. Section <c>Gateway</c>.</summary>
public sealed record GatewayOptions
{
    private const int LongestNode = 64;

    /// <summary>How long clients have to go elsewhere when this process stops.</summary>
    public required TimeSpan Drain { get; init; }

    /// <summary>Commands, requests and connections of one user a second, in the long run.</summary>
    public required int MessagesPerSecond { get; init; }

    /// <summary>Commands, requests and connections of one user at once.</summary>
    public required int MessageBurst { get; init; }

    /// <summary>Events waiting for one connection before it is closed as too slow.</summary>
    public required int QueueLength { get; init; }

    /// <summary>How often leases are renewed; each round starts up to a fifth of it earlier or later.</summary>
    public required TimeSpan LeaseRenewal { get; init; }

    /// <summary>Where the grains are.</summary>
    public SiloPlace Silo { get; init; }

    /// <summary>How long a command is tried, and tried again, while the silo that it is for is away or moves; then it is refused as unavailable.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>TCP connections at once; null: as many as the process' file descriptors leave room for.</summary>
    public int? MaxConnections { get; init; }

    /// <summary>How many of them may be of one address; null: half of them.</summary>
    public int? MaxConnectionsPerAddress { get; init; }

    /// <summary>Invocations of one connection under way at once.</summary>
    public int ParallelInvocations { get; init; } = 4;

    /// <summary>The hub's transports. All but WebSockets are many requests, which must reach one process.</summary>
    public HttpTransportType Transports { get; init; } = HttpTransportType.WebSockets;

    /// <summary>What proxies call this process, for keeping such requests together; null: they are not told.</summary>
    public string? Node { get; init; }

    /// <summary>Whether the page of the descriptions is served.</summary>
    public bool DescriptionPage { get; init; }

    /// <summary>Who may see whether a user is online.</summary>
    public PresenceReaders Presence { get; init; }

    /// <summary>Reads the section.</summary>
    public static GatewayOptions Read(SettingsReader settings, bool development)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new GatewayOptions
        {
            Drain = settings.Time("Gateway__DrainSeconds", development ? 2 : 10, 0, 300),
            MessagesPerSecond = settings.Whole("Gateway__MessagesPerSecond", 20, 1, 100_000),
            MessageBurst = settings.Whole("Gateway__MessageBurst", 100, 1, 1_000_000),
            MaxConnections = settings.Whole("Gateway__MaxConnections", 0, 0, 10_000_000) is > 0 and var most ? most : null,
            MaxConnectionsPerAddress = settings.Whole("Gateway__MaxConnectionsPerAddress", 0, 0, 10_000_000) is > 0 and var mostOfAddress ? mostOfAddress
                // All are the proxy's.
                : settings.Flag("ASPNETCORE_FORWARDEDHEADERS_ENABLED") ? int.MaxValue : null,
            QueueLength = settings.Whole("Gateway__QueueLength", 256, 8, 65_536),
            LeaseRenewal = settings.Time("Gateway__LeaseRenewalSeconds", 24, 1, 40),
            Patience = settings.Time("Gateway__PatienceSeconds", 8, 1, 60),
            Transports = TransportsIn(settings),
            Node = NodeIn(settings),
            DescriptionPage = settings.Flag("Gateway__DescriptionPage", development),
            Presence = settings.Word("Gateway__Presence", "everyone", "parties", "app") switch
            {
                "parties" => PresenceReaders.Parties,
                "app" => PresenceReaders.App,
                _ => PresenceReaders.Everyone,
            },
            Silo = settings.Word("Gateway__Silo", "embedded", "cluster") == "cluster" ? SiloPlace.Cluster : SiloPlace.InProcess,
        };
    }

    private static HttpTransportType TransportsIn(SettingsReader settings) =>
        (settings.Words("Gateway__Transports", "websockets", "server_sent_events", "long_polling") ?? ["websockets"])
            .Aggregate(HttpTransportType.None, (all, name) => all | name switch
            {
                "server_sent_events" => HttpTransportType.ServerSentEvents,
                "long_polling" => HttpTransportType.LongPolling,
                _ => HttpTransportType.WebSockets,
            });

    // It stands in a cookie.
    private static string? NodeIn(SettingsReader settings)
    {
        var node = settings.Text("Gateway__Node");
        if (node?.Length > LongestNode || node?.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') == false)
            settings.Wrong("Gateway__Node", $"must have 1 to {LongestNode} letters, digits or _.-");
        return node;
    }
}

/// <summary>Who may see whether a user is online.</summary>
public enum PresenceReaders
{
    /// <summary>Everybody with a token whom the user has not blocked.</summary>
    Everyone,

    /// <summary>The other parties of an open call.</summary>
    Parties,

    /// <summary>Those, and whom the app's back end allows it.</summary>
    App,
}

/// <summary>Where the grains of a gateway are.</summary>
public enum SiloPlace
{
    /// <summary>In the gateway's own process.</summary>
    InProcess,

    /// <summary>In silos of their own, found in PostgreSQL.</summary>
    Cluster,
}

/// <summary>Which pages of other origins may use this service. Section <c>Cors</c>.</summary>
public sealed record CorsOptions
{
    /// <summary>Origins, as browsers send them.</summary>
    public required ImmutableArray<string> Origins { get; init; }

    /// <summary>Reads the section.</summary>
    public static CorsOptions Read(SettingsReader settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var origins = settings.List("Cors__Origins");
        if (!origins.All(IsOrigin))
            settings.Wrong("Cors__Origins", "must hold origins such as https://app.example.org, without a path");
        return new CorsOptions { Origins = origins };
    }

    private static bool IsOrigin(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
        && url.AbsolutePath == "/" && !text.EndsWith('/');
}

/// <summary>Where metrics are served. Section <c>Metrics</c>.</summary>
public sealed record MetricsOptions
{
    /// <summary>Every address of the machine.</summary>
    internal const string Everywhere = "*";

    /// <summary>A port of their own; null: beside everything else.</summary>
    public required int? Port { get; init; }

    /// <summary>The IP address at which that port is, in brackets if it is of version 6; <c>*</c>: every one of the machine.</summary>
    public required string Address { get; init; }

    /// <summary>Reads the section.</summary>
    public static MetricsOptions Read(SettingsReader settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var address = settings.Text("Metrics__Address") ?? Everywhere;
        if (IPAddress.TryParse(address, out var given))
            address = given.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{given}]" : given.ToString();
        else if (address != Everywhere)
        {
            settings.Wrong("Metrics__Address", "must be an IP address such as 127.0.0.1, or * for every one");
            address = Everywhere;
        }

        return new MetricsOptions { Port = settings.Whole("Metrics__Port", 0, 0, 65_535) is > 0 and var port ? port : null, Address = address };
    }
}
