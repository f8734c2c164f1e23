using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http.Connections;

namespace OrleansCalls.Gateway.Hosting;

/// <summary>Limits and timeouts of this process' connections. Section <c>Gateway</c>.</summary>
public sealed record GatewayOptions
{
    private const int LongestNode = 64;

    /// <summary>The window within which clients reconnect elsewhere when this process stops.</summary>
    public required TimeSpan Drain { get; init; }

    /// <summary>Sustained rate of commands, requests and connections per user and second.</summary>
    public required int MessagesPerSecond { get; init; }

    /// <summary>Burst of commands, requests and connections per user.</summary>
    public required int MessageBurst { get; init; }

    /// <summary>Events queued for one connection before it is closed as too slow.</summary>
    public required int QueueLength { get; init; }

    /// <summary>The interval of lease renewals; each round starts up to a fifth of it earlier or later.</summary>
    public required TimeSpan LeaseRenewal { get; init; }

    /// <summary>Where the grains are hosted.</summary>
    public SiloPlace Silo { get; init; }

    /// <summary>
    /// The total timeout of a command with its retries while its silo is unavailable or its grain moves; then it fails as
    /// unavailable.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>The maximum of open TCP connections; null to derive it from the process' file descriptors.</summary>
    public int? MaxConnections { get; init; }

    /// <summary>The maximum of open TCP connections of one address; null for half of the total.</summary>
    public int? MaxConnectionsPerAddress { get; init; }

    /// <summary>Concurrent invocations of one connection.</summary>
    public int ParallelInvocations { get; init; } = 4;

    /// <summary>
    /// The hub's transports. All except WebSockets consist of several requests, which must reach one process.
    /// </summary>
    public HttpTransportType Transports { get; init; } = HttpTransportType.WebSockets;

    /// <summary>This process' name in the cookie with which proxies keep such requests together; null to set none.</summary>
    public string? Node { get; init; }

    /// <summary>Whether the page of the API descriptions is served.</summary>
    public bool DescriptionPage { get; init; }

    /// <summary>Who may see a user's presence.</summary>
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
            MaxConnectionsPerAddress =
                settings.Whole("Gateway__MaxConnectionsPerAddress", 0, 0, 10_000_000) is > 0 and var mostOfAddress ? mostOfAddress
                    // All connections come from the proxy's address.
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

    // The name is the value of a cookie.
    private static string? NodeIn(SettingsReader settings)
    {
        var node = settings.Text("Gateway__Node");
        if (node?.Length > LongestNode || node?.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') == false)
            settings.Wrong("Gateway__Node", $"must have 1 to {LongestNode} letters, digits or _.-");
        return node;
    }
}

/// <summary>Who may see a user's presence.</summary>
public enum PresenceReaders
{
    /// <summary>Every user whom the user has not blocked.</summary>
    Everyone,

    /// <summary>The other parties of an open call.</summary>
    Parties,

    /// <summary>The parties of an open call, and users allowed by the app's back end.</summary>
    App,
}

/// <summary>Where the grains of a gateway are hosted.</summary>
public enum SiloPlace
{
    /// <summary>In the gateway's own process.</summary>
    InProcess,

    /// <summary>In separate silos, discovered through PostgreSQL.</summary>
    Cluster,
}

/// <summary>The CORS origins. Section <c>Cors</c>.</summary>
public sealed record CorsOptions
{
    /// <summary>The allowed origins, as browsers send them.</summary>
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

    private static bool IsOrigin(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url.Scheme is "http" or "https"
        && url.AbsolutePath == "/" && !text.EndsWith('/');
}

/// <summary>The endpoint of the metrics. Section <c>Metrics</c>.</summary>
public sealed record MetricsOptions
{
    /// <summary>All addresses of the machine.</summary>
    internal const string Everywhere = "*";

    /// <summary>A dedicated port; null to serve metrics on the main endpoints.</summary>
    public required int? Port { get; init; }

    /// <summary>The IP address of that port, in brackets if it is of version 6; <c>*</c> for all addresses.</summary>
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

        return new MetricsOptions
        {
            Port = settings.Whole("Metrics__Port", 0, 0, 65_535) is > 0 and var port ? port : null, Address = address,
        };
    }
}
