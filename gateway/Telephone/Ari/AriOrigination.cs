namespace OrleansCalls.Gateway.Telephone.Ari;

/// <summary>The parameters of an originated channel.</summary>
public sealed record AriOrigination
{
    /// <summary>The id of the new channel.</summary>
    public required string ChannelId { get; init; }

    /// <summary>The endpoint, with its technology: <c>PJSIP/100</c>.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The dialplan context of the answered channel.</summary>
    public required string Context { get; init; }

    /// <summary>The dialplan extension of the answered channel.</summary>
    public required string Extension { get; init; }

    /// <summary>The caller id shown to the callee; empty for none.</summary>
    public required string CallerId { get; init; }

    /// <summary>How long the channel rings.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Channel variables.</summary>
    public required IReadOnlyDictionary<string, string> Variables { get; init; }
}
