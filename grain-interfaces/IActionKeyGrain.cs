using System.Collections.Immutable;

namespace OrleansCalls;

/// <summary>
/// Stores the cluster's keys of <see cref="ActionToken"/>s, so that a token signed in any silo is valid at any gateway and
/// after a restart, without configuration. Created on first use, rotated, durable.
/// </summary>
[Alias("OrleansCalls.IActionKeyGrain")]
public interface IActionKeyGrain : IGrainWithStringKey
{
    /// <summary>The only key.</summary>
    const string Key = "action";

    /// <summary>Returns the valid keys, the one to sign with first.</summary>
    [Alias("GetKeys"), ResponseTimeout("00:00:05")]
    Task<ImmutableArray<ActionKey>> GetKeys();
}

/// <summary>A secret that signs action tokens. Must not be logged or shown.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.ActionKey")]
public sealed record ActionKey
{
    /// <summary>The id in tokens.</summary>
    [Id(0)] public required string KeyId { get; init; }

    /// <summary>32 random bytes.</summary>
    [Id(1)] public required ImmutableArray<byte> Secret { get; init; }

    /// <summary>When it was made.</summary>
    [Id(2)] public required DateTimeOffset CreatedAt { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"ActionKey {KeyId}";
}
