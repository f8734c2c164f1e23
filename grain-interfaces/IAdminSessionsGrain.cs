using Orleans.Concurrency;

namespace OrleansCalls;

/// <summary>
/// The sessions of operators on the admin page, cluster-wide: a session closed at one gateway is closed at all. Durable.
/// </summary>
[Alias("OrleansCalls.IAdminSessionsGrain")]
public interface IAdminSessionsGrain : IGrainWithStringKey
{
    /// <summary>The only key.</summary>
    const string Key = "all";

    /// <summary>Opens a session. Above 100 sessions the one that expires first is removed.</summary>
    [Alias("Open"), ResponseTimeout("00:00:05")]
    Task Open(AdminSession session);

    /// <summary>Returns the session; null when it is unknown, expired or closed.</summary>
    [Alias("Find"), AlwaysInterleave, ResponseTimeout("00:00:05")]
    Task<AdminSession?> Find(string hash);

    /// <summary>Closes a session. Idempotent; throws when the close may not be durable.</summary>
    [Alias("Close"), ResponseTimeout("00:00:05")]
    Task Close(string hash);
}

/// <summary>The session of an operator on the admin page.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.AdminSession")]
public sealed record AdminSession
{
    /// <summary>SHA-256 of the cookie's secret in base64url, so that stored sessions cannot be used.</summary>
    [Id(0)] public required string Hash { get; init; }

    /// <summary>The operator's user id.</summary>
    [Id(1)] public required string UserId { get; init; }

    /// <summary>The operator's display name.</summary>
    [Id(2)] public string? Name { get; init; }

    /// <summary>When it expires.</summary>
    [Id(3)] public required DateTimeOffset ExpiresAt { get; init; }
}
