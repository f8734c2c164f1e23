namespace OrleansCalls.Gateway.Wire;

/// <summary>A page of anything.</summary>
/// <param name="Items">What is on it.</param>
/// <param name="Next">The cursor for the next page; null on the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next = null);

/// <summary>The offer of a call.</summary>
/// <param name="CallId">Which call.</param>
/// <param name="Offer">Null while the caller has not made one.</param>
public sealed record OfferView(string CallId, SessionDescription? Offer);

/// <summary>What a device is put back into when it connects.</summary>
/// <param name="Calls">Every call that concerns it, and those it named that have ended since.</param>
/// <param name="MissedCount">Missed calls that nobody has acknowledged.</param>
public sealed record OpenCallsView(IReadOnlyList<OpenCallView> Calls, int MissedCount);

/// <summary>This server is going away; the client should connect again.</summary>
/// <param name="AfterMs">After so many milliseconds, so that not all come at once.</param>
public sealed record ReconnectView(int AfterMs);

/// <summary>Another connection of the same device has taken this one's place.</summary>
public sealed record DisplacedView;

/// <summary>ICE servers for RTCPeerConnection.</summary>
/// <param name="IceServers">As its configuration takes them.</param>
/// <param name="TtlSeconds">For how long the credentials hold.</param>
public sealed record IceServersView(IReadOnlyList<IceServer> IceServers, int TtlSeconds);

/// <summary>A development token.</summary>
/// <param name="Token">The JWT.</param>
/// <param name="ExpiresAt">Until when it holds.</param>
public sealed record TokenView(string Token, DateTimeOffset ExpiresAt);

/// <summary>A user connected to this process; in Development only.</summary>
/// <param name="UserId">Who.</param>
/// <param name="Name">Display name, if the token had one.</param>
/// <param name="Online">Always true today.</param>
public sealed record OnlineUserView(string UserId, string? Name, bool Online);

/// <summary>One of the reader's devices.</summary>
/// <param name="DeviceId">Which.</param>
/// <param name="Platform">What it calls itself; null while it is not connected, or calls itself nothing.</param>
/// <param name="ConnectedAt">Since when it is connected; null if it is not.</param>
/// <param name="Push">By which providers it can be pushed.</param>
public sealed record DeviceView(string DeviceId, string? Platform, DateTimeOffset? ConnectedAt, IReadOnlyList<DevicePushView> Push);

/// <summary>That a device can be pushed; the token itself is not shown.</summary>
/// <param name="Provider">By which provider.</param>
/// <param name="SetAt">Since when.</param>
public sealed record DevicePushView(PushProvider Provider, DateTimeOffset SetAt);

/// <summary>How many connections a notice was handed to.</summary>
/// <param name="Delivered">The number of connections.</param>
public sealed record NotifiedView(int Delivered);

/// <summary>A party of a call in the logs of the TURN servers, where a user name is <c>expiry:name</c>.</summary>
/// <param name="UserId">Who.</param>
/// <param name="Name">The name, the same in all calls of this user.</param>
public sealed record TurnNameView(string UserId, string Name);

/// <summary>What this process is doing, and how many calls the whole service has open.</summary>
/// <param name="GatewayId">This process.</param>
/// <param name="StartedAt">Since when.</param>
/// <param name="Connections">Live connections here.</param>
/// <param name="Users">Users connected here.</param>
/// <param name="WatchedUsers">Users whose presence somebody here watches.</param>
/// <param name="OpenCalls">Open calls of the whole service, 1,000 at most.</param>
/// <param name="QueuedEvents">Events that wait for sockets here.</param>
/// <param name="Draining">Whether this process is on its way out.</param>
/// <param name="Silos">The members of the cluster that are not known to be dead.</param>
public sealed record StatsView(
    string GatewayId, DateTimeOffset StartedAt, int Connections, int Users, int WatchedUsers, int OpenCalls, int QueuedEvents, bool Draining,
    IReadOnlyList<ClusterMember> Silos);

/// <summary>What a client needs to know of this service.</summary>
public sealed record ConfigView
{
    /// <summary>The hub's path.</summary>
    public required string HubPath { get; init; }

    /// <summary>The limits of the protocol.</summary>
    public required LimitsView Limits { get; init; }

    /// <summary>How long calls ring.</summary>
    public required RingView Ring { get; init; }

    /// <summary>
    /// The VAPID public key (<c>applicationServerKey</c>) to subscribe to Web Push with, base64url; missing while Web Push is off.
    /// </summary>
    public string? WebPushKey { get; init; }

    /// <summary>A ping at least this often, or the server takes the connection for dead after <see cref="ClientTimeoutSeconds"/>.</summary>
    public required int KeepAliveSeconds { get; init; }

    /// <summary>See <see cref="KeepAliveSeconds"/>.</summary>
    public required int ClientTimeoutSeconds { get; init; }
}

/// <summary>How long calls ring, in seconds.</summary>
/// <param name="DefaultSeconds">When the caller says nothing.</param>
/// <param name="MinSeconds">Shortest.</param>
/// <param name="MaxSeconds">Longest.</param>
public sealed record RingView(int DefaultSeconds, int MinSeconds, int MaxSeconds);

/// <summary>The limits of the protocol.</summary>
public sealed record LimitsView
{
    /// <summary>Callees of a call.</summary>
    public int Callees { get; init; } = CallLimits.Callees;

    /// <summary>Devices of a user.</summary>
    public int Devices { get; init; } = CallLimits.Devices;

    /// <summary>Characters of a user id.</summary>
    public int UserId { get; init; } = CallLimits.UserId;

    /// <summary>Characters of a device id.</summary>
    public int DeviceId { get; init; } = CallLimits.DeviceId;

    /// <summary>Characters of a call id.</summary>
    public int CallId { get; init; } = CallLimits.CallId;

    /// <summary>UTF-8 bytes of an SDP.</summary>
    public int SdpBytes { get; init; } = CallLimits.SdpBytes;

    /// <summary>UTF-8 bytes of all keys and values of the metadata.</summary>
    public int MetadataBytes { get; init; } = CallLimits.MetadataBytes;

    /// <summary>UTF-8 bytes of one signal's payload.</summary>
    public int SignalBytes { get; init; } = CallLimits.SignalBytes;

    /// <summary>Characters of a reject or end reason.</summary>
    public int ReasonText { get; init; } = CallLimits.ReasonText;

    /// <summary>Users in one presence watch, and watched by one connection.</summary>
    public int WatchedUsers { get; init; } = CallLimits.WatchedUsers;

    /// <summary>Calls on one page of history.</summary>
    public int HistoryPage { get; init; } = CallLimits.HistoryPage;

    /// <summary>User ids on one block list.</summary>
    public int Blocked { get; init; } = CallLimits.Blocked;

    /// <summary>Messages a second over one connection, in the long run.</summary>
    public required int MessagesPerSecond { get; init; }

    /// <summary>Messages at once over one connection.</summary>
    public required int MessageBurst { get; init; }
}

/// <summary>An error of REST (RFC 9457).</summary>
public sealed record ProblemView
{
    /// <summary>A name for this kind of error.</summary>
    public required string Type { get; init; }

    /// <summary>This kind of error in words.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>The code that clients act on.</summary>
    public required string Code { get; init; }

    /// <summary>What is wrong, for developers.</summary>
    public required string Detail { get; init; }

    /// <summary>Under which the service's log has more.</summary>
    public required string TraceId { get; init; }

    /// <summary>The call as it now is, where that helps.</summary>
    public Call? Call { get; init; }

    /// <summary>Seconds after which to try again.</summary>
    public int? RetryAfter { get; init; }
}
