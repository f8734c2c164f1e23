namespace OrleansCalls.Gateway.Telephone.Ari;

/// <summary>The address and credentials of an Asterisk.</summary>
public sealed record AriOptions
{
    /// <summary>The URL of its REST interface, with a trailing slash.</summary>
    public required Uri Url { get; init; }

    /// <summary>The user in its ari.conf.</summary>
    public required string User { get; init; }

    /// <summary>The user's password.</summary>
    public required string Password { get; init; }

    /// <summary>The name of the Stasis application.</summary>
    public required string App { get; init; }
}
