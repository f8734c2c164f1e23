using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace OrleansCalls;

/// <summary>One socket of one device.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.Connection")]
public sealed record Connection
{
    /// <summary>The id of the gateway's process, unique over all gateways.</summary>
    [Id(0)] public required string GatewayId { get; init; }

    /// <summary>The connection's id, unique over all gateways.</summary>
    [Id(1)] public required string ConnectionId { get; init; }

    /// <summary>The device that opened it.</summary>
    [Id(2)] public required string DeviceId { get; init; }

    /// <summary>The platform that the device reports: web, android, ios.</summary>
    [Id(3)] public string? Platform { get; init; }

    /// <summary>When it was opened; of two connections of one device the newer remains.</summary>
    [Id(4)] public required DateTimeOffset ConnectedAt { get; init; }

    /// <summary>
    /// Whether the gateway can deserialize <see cref="SettingsChanged"/>. A gateway of the previous version cannot, and would
    /// lose the whole batch.
    /// </summary>
    [Id(5), JsonIgnore] public bool TakesSettings { get; init; }

    /// <summary>Whether gateway and client support <see cref="TestRing"/>; no dialect's socket does.</summary>
    [Id(6), JsonIgnore] public bool TakesTestRings { get; init; }
}

/// <summary>The reply to a gateway that adds a connection.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.ConnectReply")]
public sealed record ConnectReply
{
    /// <summary>Null, or why the connection must be closed (16 devices are connected already).</summary>
    [Id(0)] public CallError? Error { get; init; }

    /// <summary>The calls that the device resumes.</summary>
    [Id(1)] public ImmutableArray<string> OpenCallIds { get; init; } = [];

    /// <summary>The number of unacknowledged missed calls.</summary>
    [Id(2)] public int MissedCount { get; init; }
}

/// <summary>The presence of a user.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.Presence")]
public sealed record Presence
{
    /// <summary>The user's id.</summary>
    [Id(0)] public required string UserId { get; init; }

    /// <summary>Whether any device has a live connection.</summary>
    [Id(1)] public required bool Online { get; init; }

    /// <summary>When the last connection closed; null if unknown.</summary>
    [Id(2)] public DateTimeOffset? LastSeen { get; init; }

    /// <summary>For gateways only: the users whom this user has blocked.</summary>
    [Id(3), JsonIgnore] public ImmutableArray<string> HiddenFrom { get; init; } = [];

    /// <summary>Returns the presence as another user may see it: to a blocked user, this user has never been online.</summary>
    public Presence For(string readerId) =>
        HiddenFrom.Contains(readerId) ? new Presence { UserId = UserId, Online = false } : this;
}
