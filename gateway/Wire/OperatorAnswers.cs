namespace OrleansCalls.Gateway.Wire;

/// <summary>An operator who is signed in.</summary>
/// <param name="UserId">Who.</param>
/// <param name="Name">Display name, if the token had one.</param>
/// <param name="ExpiresAt">Until when.</param>
public sealed record AdminSessionView(string UserId, string? Name, DateTimeOffset ExpiresAt);

/// <summary>How operators may sign in on the admin page.</summary>
/// <param name="Issuer">The host of the OpenID Connect issuer; null: by a token alone.</param>
public sealed record SignInWaysView(string? Issuer);

/// <summary>The whole service now, out of the reports of its processes, which come every 5 s.</summary>
/// <param name="At">When this was put together.</param>
/// <param name="OpenCalls">Open calls in the memory of all silos, by state.</param>
/// <param name="CallsStarted">Calls that were started since the processes were.</param>
/// <param name="CallsEnded">Calls that ended since the processes started, by reason; reasons that did not occur are left out.</param>
/// <param name="Users">Users with a connection; one who is connected to two gateways counts twice.</param>
/// <param name="Devices">Live connections, each of one device.</param>
/// <param name="Gateways">The gateways that report.</param>
/// <param name="Silos">The silos of the cluster that are not known to be dead, whether they report or not.</param>
/// <param name="Queues">What waits in all processes, by queue.</param>
/// <param name="Pushes">Pushes since the processes started.</param>
/// <param name="Providers">
/// The push providers, and the worst state that a silo reports: <c>off</c>, <c>up</c>, <c>down</c>, <c>credentials_refused</c>.
/// </param>
/// <param name="Dashboard">Where Orleans' dashboard is; null: it is off here.</param>
public sealed record OverviewView(
    DateTimeOffset At, IReadOnlyDictionary<string, long> OpenCalls, long CallsStarted, IReadOnlyDictionary<string, long> CallsEnded,
    long Users, long Devices, IReadOnlyList<GatewayNodeView> Gateways, IReadOnlyList<SiloNodeView> Silos, IReadOnlyDictionary<string, long> Queues,
    IReadOnlyList<PushResultView> Pushes, IReadOnlyDictionary<string, string> Providers, string? Dashboard);

/// <summary>A gateway.</summary>
/// <param name="GatewayId">Its id; another one after each start.</param>
/// <param name="Version">The version of the program.</param>
/// <param name="StartedAt">Since when it runs.</param>
/// <param name="Users">Users connected to it.</param>
/// <param name="Devices">Live connections to it.</param>
/// <param name="Queued">Events that wait for its sockets, and devices that wait to be put back into their calls.</param>
public sealed record GatewayNodeView(string GatewayId, string Version, DateTimeOffset StartedAt, long Users, long Devices, long Queued);

/// <summary>A silo.</summary>
/// <param name="Address">Address, port and generation.</param>
/// <param name="Name">Its name, if it is known.</param>
/// <param name="Status">Orleans' word for what it is doing.</param>
/// <param name="Version">The version of the program; null when it does not report.</param>
/// <param name="StartedAt">Since when it runs; null when it does not report.</param>
/// <param name="OpenCalls">Open calls in its memory.</param>
/// <param name="Queued">News of calls that wait to be sent.</param>
public sealed record SiloNodeView(
    string Address, string? Name, string Status, string? Version, DateTimeOffset? StartedAt, long OpenCalls, long Queued);

/// <summary>Pushes of one kind.</summary>
/// <param name="Provider">By which provider.</param>
/// <param name="Type">What was pushed.</param>
/// <param name="Result"><c>accepted</c>, or the provider's error.</param>
/// <param name="Count">How many.</param>
public sealed record PushResultView(string Provider, string Type, string Result, long Count);
