using System.Text.Encodings.Web;
using System.Text.Json;

namespace OrleansCalls.Gateway.SocketIo;

/// <summary>Limits and times of Socket.IO. Section <c>SocketIo</c>; the times are those of the official server.</summary>
public sealed record SocketIoOptions
{
    /// <summary>How often the server pings.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>How long a client may take to answer a ping.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a session may be without a socket: its client has to connect in that time.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>How long a client may take to go from polling to its WebSocket.</summary>
    public TimeSpan UpgradeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a session that closes waits for its client to take the last packets.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The most bytes of one polling body or one WebSocket message from a client.</summary>
    public int MaxPayload { get; init; } = 131_072;

    /// <summary>How many packets may wait for one client; one more closes its session.</summary>
    public int QueueLength { get; init; } = 256;

    /// <summary>How many bytes may wait for one client; one more closes its session.</summary>
    public int MaxBufferedBytes { get; init; } = 1_048_576;

    /// <summary>How many packets of one client may wait for the handler; beyond that nothing is read from it.</summary>
    public int InboxLength { get; init; } = 64;

    /// <summary>How many sessions may be open whose clients are not connected, and so not known; one more is refused.</summary>
    public int MaxUnconnected { get; init; } = 5_000;

    /// <summary>How many of them may be of one address; one more is refused.</summary>
    public int MaxUnconnectedPerAddress { get; init; } = 500;

    /// <summary>The most bytes of one polling body or message of a client that is not connected: a CONNECT with its token.</summary>
    internal int StrangerPayload => Math.Min(8_192, MaxPayload);

    /// <summary>How arguments are written as JSON; by default in camelCase, and with letters of all languages as they are.</summary>
    public JsonSerializerOptions Json { get; init; } = PlainJson;

    // The usual escapes are for JSON within HTML; here they would only make each emoji three times as long.
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
