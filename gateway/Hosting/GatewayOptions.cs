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
    public static GatewayOptions Read(IConfiguration configuration, bool development)
    {
        var settings = new SettingsReader(configuration, "Gateway");
        return new GatewayOptions
        {
            Drain = settings.Seconds("DrainSeconds", development ? 2 : 10, 0, 300),
            MessagesPerSecond = settings.Whole("MessagesPerSecond", 20, 1, 100_000),
            MessageBurst = settings.Whole("MessageBurst", 100, 1, 1_000_000),
            MaxConnections = settings.Whole("MaxConnections", 0, 0, 10_000_000) is > 0 and var most ? most : null,
            MaxConnectionsPerAddress = settings.Whole("MaxConnectionsPerAddress", 0, 0, 10_000_000) is > 0 and var mostOfAddress ? mostOfAddress
                // All are the proxy's.
                : bool.TryParse(configuration["FORWARDEDHEADERS_ENABLED"], out var proxied) && proxied ? int.MaxValue : null,
            QueueLength = settings.Whole("QueueLength", 256, 8, 65_536),
            LeaseRenewal = settings.Seconds("LeaseRenewalSeconds", 24, 1, 40),
            Patience = settings.Seconds("PatienceSeconds", 8, 1, 60),
            Transports = TransportsIn(settings),
            Node = NodeIn(settings),
            DescriptionPage = settings.Flag("DescriptionPage", development),
            Presence = settings.Text("Presence")?.ToLowerInvariant() switch
            {
                null or "everyone" => PresenceReaders.Everyone,
                "parties" => PresenceReaders.Parties,
                "app" => PresenceReaders.App,
                _ => throw settings.Wrong("Presence", "must be everyone, parties or app"),
            },
            Silo = settings.Text("Silo")?.ToLowerInvariant() switch
            {
                null or "embedded" => SiloPlace.InProcess,
                "cluster" => SiloPlace.Cluster,
                _ => throw settings.Wrong("Silo", "must be embedded or cluster"),
            },
        };
    }

    private static HttpTransportType TransportsIn(SettingsReader settings)
    {
        var all = settings.List("Transports").Aggregate(HttpTransportType.None, (all, name) => all | name.ToLowerInvariant() switch
        {
            "websockets" => HttpTransportType.WebSockets,
            "server_sent_events" => HttpTransportType.ServerSentEvents,
            "long_polling" => HttpTransportType.LongPolling,
            _ => throw settings.Wrong("Transports", "must hold websockets, server_sent_events or long_polling"),
        });
        return all == HttpTransportType.None ? HttpTransportType.WebSockets : all;
    }

    // It stands in a cookie.
    private static string? NodeIn(SettingsReader settings) => settings.Text("Node") is not { } node ? null
        : node.Length <= LongestNode && node.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? node
        : throw settings.Wrong("Node", $"must have 1 to {LongestNode} letters, digits or _.-");
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
    public static CorsOptions Read(IConfiguration configuration)
    {
        var settings = new SettingsReader(configuration, "Cors");
        var origins = settings.List("Origins");
        foreach (var origin in origins)
        {
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.AbsolutePath != "/"
                || origin.EndsWith('/'))
                throw settings.Wrong("Origins", "must hold origins such as https://app.example.org, without a path");
        }

        return new CorsOptions { Origins = origins };
    }
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
    public static MetricsOptions Read(IConfiguration configuration)
    {
        var settings = new SettingsReader(configuration, "Metrics");
        var port = settings.Whole("Port", 0, 0, 65_535);
        var text = settings.Text("Address") ?? Everywhere;
        var address = text == Everywhere ? null
            : IPAddress.TryParse(text, out var given) ? given
            : throw settings.Wrong("Address", "must be an IP address such as 127.0.0.1, or * for every one");
        return new MetricsOptions
        {
            Port = port == 0 ? null : port,
            Address = address is null ? Everywhere : address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString(),
        };
    }
}
