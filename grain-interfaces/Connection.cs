using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace OrleansCalls;

/// <summary>One socket of one device.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.Connection")]
public sealed record Connection
{
    /// <summary>The gateway's process-wide unique id.</summary>
    [Id(0)] public required string GatewayId { get; init; }

    /// <summary>Unique over all gateways.</summary>
    [Id(1)] public required string ConnectionId { get; init; }

    /// <summary>The device that opened it.</summary>
    [Id(2)] public required string DeviceId { get; init; }

    /// <summary>What the device calls itself: web, android, ios.</summary>
    [Id(3)] public string? Platform { get; init; }

    /// <summary>When it was opened; of two connections of one device the younger stays.</summary>
    [Id(4)] public required DateTimeOffset ConnectedAt { get; init; }

    /// <summary>
    /// Whether the gateway can read <see cref="SettingsChanged"/>. One of the version before cannot, and would lose
    /// all that is in the same batch.
    /// </summary>
    [Id(5), JsonIgnore] public bool TakesSettings { get; init; }

    /// <summary>Whether gateway and client can read <see cref="TestRing"/>: no socket of a dialect can.</summary>
    [Id(6), JsonIgnore] public bool TakesTestRings { get; init; }
}

/// <summary>What a gateway learns when it announces a connection.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.ConnectReply")]
public sealed record ConnectReply
{
    /// <summary>Null, or why the connection must close (16 devices are connected already).</summary>
    [Id(0)] public CallError? Error { get; init; }

    /// <summary>Calls to put the device back into.</summary>
    [Id(1)] public ImmutableArray<string> OpenCallIds { get; init; } = [];

    /// <summary>Missed calls that nobody has acknowledged.</summary>
    [Id(2)] public int MissedCount { get; init; }
}

/// <summary>Whether a user is connected.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.Presence")]
public sealed record Presence
{
    /// <summary>Who.</summary>
    [Id(0)] public required string UserId { get; init; }

    /// <summary>Whether any device has a live connection.</summary>
    [Id(1)] public required bool Online { get; init; }

    /// <summary>When the last connection went, if that is known.</summary>
    [Id(2)] public DateTimeOffset? LastSeen { get; init; }

    /// <summary>For gateways only: whom the user has blocked.</summary>
    [Id(3), JsonIgnore] public ImmutableArray<string> HiddenFrom { get; init; } = [];

    /// <summary>As somebody else may see it: a blocked user finds somebody who has never been here.</summary>
    public Presence For(string readerId) =>
        HiddenFrom.Contains(readerId) ? new Presence { UserId = UserId, Online = false } : this;
}
