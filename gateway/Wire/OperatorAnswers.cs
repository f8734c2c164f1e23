namespace OrleansCalls.Gateway.Wire;

/// <summary>A signed-in operator.</summary>
/// <param name="UserId">The user id.</param>
/// <param name="Name">Display name, if the token had one.</param>
/// <param name="ExpiresAt">When the session expires.</param>
public sealed record AdminSessionView(string UserId, string? Name, DateTimeOffset ExpiresAt);

/// <summary>The ways in which operators can sign in on the admin page.</summary>
/// <param name="Issuer">The host of the OpenID Connect issuer; null when only tokens are accepted.</param>
public sealed record SignInWaysView(string? Issuer);

/// <summary>The state of the whole service, computed from the reports that its processes send every 5 s.</summary>
/// <param name="At">When it was computed.</param>
/// <param name="OpenCalls">Open calls in the memory of all silos, by state.</param>
/// <param name="CallsStarted">Calls started since the processes started.</param>
/// <param name="CallsEnded">Calls ended since the processes started, by reason; reasons that did not occur are omitted.</param>
/// <param name="Users">Users with a connection; a user connected to two gateways counts twice.</param>
/// <param name="Devices">Live connections, each of one device.</param>
/// <param name="Gateways">The reporting gateways.</param>
/// <param name="Silos">The silos of the cluster that are not dead, reporting or not.</param>
/// <param name="Queues">The length of each queue, over all processes.</param>
/// <param name="Pushes">Pushes since the processes started.</param>
/// <param name="Providers">
/// <c>off</c>, <c>up</c>, <c>down</c>, <c>credentials_refused</c>: the worst state that a silo reports, by push provider.
/// </param>
/// <param name="Dashboard">The path of Orleans' dashboard; null when it is off.</param>
public sealed record OverviewView(
    DateTimeOffset At, IReadOnlyDictionary<string, long> OpenCalls, long CallsStarted,
    IReadOnlyDictionary<string, long> CallsEnded,
    long Users, long Devices, IReadOnlyList<GatewayNodeView> Gateways, IReadOnlyList<SiloNodeView> Silos,
    IReadOnlyDictionary<string, long> Queues,
    IReadOnlyList<PushResultView> Pushes, IReadOnlyDictionary<string, string> Providers, string? Dashboard);

/// <summary>A gateway.</summary>
/// <param name="GatewayId">The id, which changes with each start.</param>
/// <param name="Version">The version of the program.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="Users">Users connected to it.</param>
/// <param name="Devices">Live connections to it.</param>
/// <param name="Queued">Events queued for its sockets, and devices queued to resume.</param>
public sealed record GatewayNodeView(
    string GatewayId, string Version, DateTimeOffset StartedAt, long Users, long Devices, long Queued);

/// <summary>A silo.</summary>
/// <param name="Address">Address, port and generation.</param>
/// <param name="Name">The name; null if unknown.</param>
/// <param name="Status">The status, as Orleans names it.</param>
/// <param name="Version">The version of the program; null when it does not report.</param>
/// <param name="StartedAt">When it started; null when it does not report.</param>
/// <param name="OpenCalls">Open calls in its memory.</param>
/// <param name="Queued">Notices of calls queued for delivery.</param>
public sealed record SiloNodeView(
    string Address, string? Name, string Status, string? Version, DateTimeOffset? StartedAt, long OpenCalls, long Queued);

/// <summary>The number of pushes with one result.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="Type">The type of the push.</param>
/// <param name="Result"><c>accepted</c>, or the provider's error.</param>
/// <param name="Count">The number.</param>
public sealed record PushResultView(string Provider, string Type, string Result, long Count);
