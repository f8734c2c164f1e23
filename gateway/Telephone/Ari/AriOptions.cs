namespace OrleansCalls.Gateway.Telephone.Ari;

/// <summary>Where an Asterisk is, and how it knows us.</summary>
public sealed record AriOptions
{
    /// <summary>The address of its REST interface, with a slash at the end.</summary>
    public required Uri Url { get; init; }

    /// <summary>A user of its ari.conf.</summary>
    public required string User { get; init; }

    /// <summary>That user's password.</summary>
    public required string Password { get; init; }

    /// <summary>The Stasis application whose channels are ours.</summary>
    public required string App { get; init; }
}
