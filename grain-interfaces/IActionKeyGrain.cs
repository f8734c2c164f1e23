using System.Collections.Immutable;

namespace OrleansCalls;

/// <summary>
/// Holds the keys of <see cref="ActionToken"/>s for the whole cluster, so that a token signed in any silo is good at any gateway, and
/// after a restart, without anything to configure. Made at first use, renewed in time, durable.
/// </summary>
[Alias("OrleansCalls.IActionKeyGrain")]
public interface IActionKeyGrain : IGrainWithStringKey
{
    /// <summary>The key of the one such grain.</summary>
    const string Key = "action";

    /// <summary>The keys that are good now, the one to sign with first.</summary>
    [Alias("GetKeys"), ResponseTimeout("00:00:05")]
    Task<ImmutableArray<ActionKey>> GetKeys();
}

/// <summary>A secret that signs action tokens. Never logged, never shown.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.ActionKey")]
public sealed record ActionKey
{
    /// <summary>Names it in tokens.</summary>
    [Id(0)] public required string KeyId { get; init; }

    /// <summary>32 random bytes.</summary>
    [Id(1)] public required ImmutableArray<byte> Secret { get; init; }

    /// <summary>When it was made.</summary>
    [Id(2)] public required DateTimeOffset CreatedAt { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"ActionKey {KeyId}";
}
