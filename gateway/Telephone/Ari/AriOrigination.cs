namespace OrleansCalls.Gateway.Telephone.Ari;

/// <summary>Somebody to be called.</summary>
public sealed record AriOrigination
{
    /// <summary>The id that the new channel gets.</summary>
    public required string ChannelId { get; init; }

    /// <summary>Whom, with the technology: <c>PJSIP/100</c>.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Where in the dialplan the channel goes once it is answered.</summary>
    public required string Context { get; init; }

    /// <summary>The extension there.</summary>
    public required string Extension { get; init; }

    /// <summary>What the one who is called sees of the caller; empty for nothing.</summary>
    public required string CallerId { get; init; }

    /// <summary>After how long without an answer it is given up.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Channel variables.</summary>
    public required IReadOnlyDictionary<string, string> Variables { get; init; }
}
