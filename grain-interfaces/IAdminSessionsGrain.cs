using Orleans.Concurrency;

namespace OrleansCalls;

/// <summary>The operators who are signed in on the admin page, for the whole cluster: a session that ends at one gateway has ended at all. Durable.</summary>
[Alias("OrleansCalls.IAdminSessionsGrain")]
public interface IAdminSessionsGrain : IGrainWithStringKey
{
    /// <summary>The only key.</summary>
    const string Key = "all";

    /// <summary>Begins a session. Of more than 100 the one that ends first is dropped.</summary>
    [Alias("Open"), ResponseTimeout("00:00:05")]
    Task Open(AdminSession session);

    /// <summary>The session; null when there is none, or it has expired or ended.</summary>
    [Alias("Find"), AlwaysInterleave, ResponseTimeout("00:00:05")]
    Task<AdminSession?> Find(string hash);

    /// <summary>Ends a session. Safe to repeat; throws when the end may not be durable.</summary>
    [Alias("Close"), ResponseTimeout("00:00:05")]
    Task Close(string hash);
}

/// <summary>An operator who is signed in on the admin page.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.AdminSession")]
public sealed record AdminSession
{
    /// <summary>SHA-256 of the cookie's secret, in base64url: what is stored opens nothing.</summary>
    [Id(0)] public required string Hash { get; init; }

    /// <summary>The operator's user id.</summary>
    [Id(1)] public required string UserId { get; init; }

    /// <summary>The operator's display name.</summary>
    [Id(2)] public string? Name { get; init; }

    /// <summary>When it ends by itself.</summary>
    [Id(3)] public required DateTimeOffset ExpiresAt { get; init; }
}
