using System.Text.Encodings.Web;
using System.Text.Json;

namespace OrleansCalls.Gateway.SocketIo;

/// <summary>Limits and timeouts of Socket.IO. Section <c>SocketIo</c>; the timeouts are those of the official server.</summary>
public sealed record SocketIoOptions
{
    /// <summary>The interval of pings.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>The time within which a client must respond to a ping.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The time within which the client of a new session must connect.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>The time within which a client must complete the upgrade to a WebSocket.</summary>
    public TimeSpan UpgradeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a closing session waits for its client to receive the last packets.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The maximum bytes of a polling body or WebSocket message from a client.</summary>
    public int MaxPayload { get; init; } = 131_072;

    /// <summary>The maximum number of queued packets per client; one more closes its session.</summary>
    public int QueueLength { get; init; } = 256;

    /// <summary>The maximum number of queued bytes per client; more closes its session.</summary>
    public int MaxBufferedBytes { get; init; } = 1_048_576;

    /// <summary>The maximum number of packets of a client that wait for the handler; then reading from it pauses.</summary>
    public int InboxLength { get; init; } = 64;

    /// <summary>The maximum number of sessions whose client is not connected; further ones are refused.</summary>
    public int MaxUnconnected { get; init; } = 5_000;

    /// <summary>The maximum number of them per address; further ones are refused.</summary>
    public int MaxUnconnectedPerAddress { get; init; } = 500;

    /// <summary>
    /// The maximum bytes of a polling body or message of a client that is not connected: a CONNECT with its token.
    /// </summary>
    internal int UnconnectedPayload => Math.Min(8_192, MaxPayload);

    /// <summary>How arguments are serialized; by default in camelCase and without escaping letters of any language.</summary>
    public JsonSerializerOptions Json { get; init; } = PlainJson;

    // The default encoder escapes for JSON within HTML, which triples the size of each emoji.
    private static JsonSerializerOptions PlainJson { get; } =
        new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads the section.</summary>
    public static SocketIoOptions Read(SettingsReader settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new SocketIoOptions
        {
            PingInterval = settings.Time("SocketIo__PingIntervalSeconds", 25, 1, 300),
            PingTimeout = settings.Time("SocketIo__PingTimeoutSeconds", 20, 1, 300),
            ConnectTimeout = settings.Time("SocketIo__ConnectTimeoutSeconds", 45, 1, 300),
            UpgradeTimeout = settings.Time("SocketIo__UpgradeTimeoutSeconds", 10, 1, 60),
            CloseTimeout = settings.Time("SocketIo__CloseTimeoutSeconds", 5, 0.1, 60),
            MaxPayload = settings.Whole("SocketIo__MaxPayload", 131_072, 1_024, 16_777_216),
            QueueLength = settings.Whole("SocketIo__QueueLength", 256, 8, 65_536),
            MaxBufferedBytes = settings.Whole("SocketIo__MaxBufferedBytes", 1_048_576, 65_536, 268_435_456),
            InboxLength = settings.Whole("SocketIo__InboxLength", 64, 1, 65_536),
            MaxUnconnected = settings.Whole("SocketIo__MaxUnconnected", 5_000, 1, 1_000_000),
            MaxUnconnectedPerAddress = settings.Whole("SocketIo__MaxUnconnectedPerAddress", 500, 1, 1_000_000),
        };
    }
}
