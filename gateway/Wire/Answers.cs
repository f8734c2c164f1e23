namespace OrleansCalls.Gateway.Wire;

/// <summary>A page of results.</summary>
/// <param name="Items">The results.</param>
/// <param name="Next">The cursor for the next page; null on the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next = null);

/// <summary>The offer of a call.</summary>
/// <param name="CallId">The call.</param>
/// <param name="Offer">Null until the caller has made one.</param>
public sealed record OfferView(string CallId, SessionDescription? Offer);

/// <summary>The calls that a device resumes when it connects.</summary>
/// <param name="Calls">All open calls of the device, and those it named that have ended since.</param>
/// <param name="MissedCount">Missed calls that are not acknowledged.</param>
public sealed record OpenCallsView(IReadOnlyList<OpenCallView> Calls, int MissedCount);

/// <summary>The server is shutting down; the client should reconnect.</summary>
/// <param name="AfterMs">Delay before reconnecting, in milliseconds; it is random, to spread reconnects.</param>
public sealed record ReconnectView(int AfterMs);

/// <summary>Another connection of the same device has replaced this one.</summary>
public sealed record DisplacedView;

/// <summary>ICE servers for RTCPeerConnection.</summary>
/// <param name="IceServers">Entries for its configuration.</param>
/// <param name="TtlSeconds">Lifetime of the credentials.</param>
public sealed record IceServersView(IReadOnlyList<IceServer> IceServers, int TtlSeconds);

/// <summary>A development token.</summary>
/// <param name="Token">The JWT.</param>
/// <param name="ExpiresAt">When it expires.</param>
public sealed record TokenView(string Token, DateTimeOffset ExpiresAt);

/// <summary>A user connected to this process; in Development only.</summary>
/// <param name="UserId">The user id.</param>
/// <param name="Name">Display name, if the token had one.</param>
/// <param name="Online">Always true today.</param>
public sealed record OnlineUserView(string UserId, string? Name, bool Online);

/// <summary>One of the user's devices.</summary>
/// <param name="DeviceId">The device id.</param>
/// <param name="Platform">The platform it reported; null while it is not connected, or reported none.</param>
/// <param name="ConnectedAt">When it connected; null if it is not connected.</param>
/// <param name="Push">Its push tokens, without the tokens themselves.</param>
public sealed record DeviceView(
    string DeviceId, string? Platform, DateTimeOffset? ConnectedAt, IReadOnlyList<DevicePushView> Push);

/// <summary>A push token of a device; the token itself is not returned.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="SetAt">When it was set.</param>
public sealed record DevicePushView(PushProvider Provider, DateTimeOffset SetAt);

/// <summary>The number of connections that a notification was sent to.</summary>
/// <param name="Delivered">The number of connections.</param>
public sealed record NotifiedView(int Delivered);

/// <summary>The name of a call's party in the logs of the TURN servers, where a user name is <c>expiry:name</c>.</summary>
/// <param name="UserId">The user id.</param>
/// <param name="Name">The name, the same in all calls of this user.</param>
public sealed record TurnNameView(string UserId, string Name);

/// <summary>The state of this process, and the number of open calls of the whole service.</summary>
/// <param name="GatewayId">This process.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="Connections">Live connections of this process.</param>
/// <param name="Users">Users connected to this process.</param>
/// <param name="WatchedUsers">Users whose presence is watched by a connection of this process.</param>
/// <param name="OpenCalls">Open calls of the whole service, at most 1,000.</param>
/// <param name="QueuedEvents">Events queued for sockets of this process.</param>
/// <param name="Draining">Whether this process is draining.</param>
/// <param name="Silos">The members of the cluster that are not dead.</param>
public sealed record StatsView(
    string GatewayId, DateTimeOffset StartedAt, int Connections, int Users, int WatchedUsers, int OpenCalls,
    int QueuedEvents, bool Draining,
    IReadOnlyList<ClusterMember> Silos);

/// <summary>The configuration for clients.</summary>
public sealed record ConfigView
{
    /// <summary>The path of the hub.</summary>
    public required string HubPath { get; init; }

    /// <summary>The limits of the protocol.</summary>
    public required LimitsView Limits { get; init; }

    /// <summary>Ring times.</summary>
    public required RingView Ring { get; init; }

    /// <summary>
    /// The VAPID public key (<c>applicationServerKey</c>) for Web Push subscriptions, base64url; missing while Web Push is off.
    /// </summary>
    public string? WebPushKey { get; init; }

    /// <summary>
    /// The interval of pings; without one the server closes the connection after <see cref="ClientTimeoutSeconds"/>.
    /// </summary>
    public required int KeepAliveSeconds { get; init; }

    /// <summary>See <see cref="KeepAliveSeconds"/>.</summary>
    public required int ClientTimeoutSeconds { get; init; }
}

/// <summary>Ring times, in seconds.</summary>
/// <param name="DefaultSeconds">The default.</param>
/// <param name="MinSeconds">The minimum.</param>
/// <param name="MaxSeconds">The maximum.</param>
public sealed record RingView(int DefaultSeconds, int MinSeconds, int MaxSeconds);

/// <summary>The limits of the protocol.</summary>
public sealed record LimitsView
{
    /// <summary>The maximum number of callees of a call.</summary>
    public int Callees { get; init; } = CallLimits.Callees;

    /// <summary>The maximum number of devices of a user.</summary>
    public int Devices { get; init; } = CallLimits.Devices;

    /// <summary>The maximum characters of a user id.</summary>
    public int UserId { get; init; } = CallLimits.UserId;

    /// <summary>The maximum characters of a device id.</summary>
    public int DeviceId { get; init; } = CallLimits.DeviceId;

    /// <summary>The maximum characters of a call id.</summary>
    public int CallId { get; init; } = CallLimits.CallId;

    /// <summary>The maximum UTF-8 bytes of an SDP.</summary>
    public int SdpBytes { get; init; } = CallLimits.SdpBytes;

    /// <summary>The maximum UTF-8 bytes of all keys and values of the metadata.</summary>
    public int MetadataBytes { get; init; } = CallLimits.MetadataBytes;

    /// <summary>The maximum UTF-8 bytes of a signal's payload.</summary>
    public int SignalBytes { get; init; } = CallLimits.SignalBytes;

    /// <summary>The maximum characters of a reject or end reason.</summary>
    public int ReasonText { get; init; } = CallLimits.ReasonText;

    /// <summary>The maximum number of users watched by one connection.</summary>
    public int WatchedUsers { get; init; } = CallLimits.WatchedUsers;

    /// <summary>The maximum number of calls on a page of history.</summary>
    public int HistoryPage { get; init; } = CallLimits.HistoryPage;

    /// <summary>The maximum number of blocked users.</summary>
    public int Blocked { get; init; } = CallLimits.Blocked;

    /// <summary>Sustained rate of messages per second.</summary>
    public required int MessagesPerSecond { get; init; }

    /// <summary>Burst of messages.</summary>
    public required int MessageBurst { get; init; }
}

/// <summary>An error of REST (RFC 9457).</summary>
public sealed record ProblemView
{
    /// <summary>A URN of this kind of error.</summary>
    public required string Type { get; init; }

    /// <summary>The title of this kind of error.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>The error code, for programs.</summary>
    public required string Code { get; init; }

    /// <summary>A description of the error, for developers.</summary>
    public required string Detail { get; init; }

    /// <summary>The trace id under which the log has details.</summary>
    public required string TraceId { get; init; }

    /// <summary>The current state of the call; missing where it is of no use.</summary>
    public Call? Call { get; init; }

    /// <summary>Seconds after which to retry.</summary>
    public int? RetryAfter { get; init; }
}
