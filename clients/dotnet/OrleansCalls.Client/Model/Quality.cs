namespace OrleansCalls.Client;

/// <summary>A device's measurements of its media path over the last seconds.</summary>
public sealed record MediaStats
{
    /// <summary>The packet loss of the worse direction in percent, 0 to 100.</summary>
    public required double LossPercent { get; init; }

    /// <summary>The overall quality.</summary>
    public required MediaLevel Level { get; init; }

    /// <summary>The round-trip time in milliseconds, 0 to 60,000.</summary>
    public double? RoundTripMs { get; init; }

    /// <summary>The jitter in milliseconds, 0 to 60,000.</summary>
    public double? JitterMs { get; init; }

    /// <summary>The route of media; of several connections the longest one.</summary>
    public MediaRoute? Route { get; init; }
}

/// <summary>The measurements of one user's devices over a whole call, and the user's rating. Null when unknown.</summary>
public sealed record CallQuality
{
    /// <summary>The mean packet loss in percent, 0 to 100.</summary>
    public double? LossPercent { get; init; }

    /// <summary>The worst quality.</summary>
    public double? WorstLossPercent { get; init; }

    /// <summary>The mean round-trip time in milliseconds.</summary>
    public double? RoundTripMs { get; init; }

    /// <summary>The mean jitter in milliseconds.</summary>
    public double? JitterMs { get; init; }

    /// <summary>The last route of media.</summary>
    public MediaRoute? Route { get; init; }

    /// <summary>The rating, 1 (bad) to 5 (good).</summary>
    public int? Stars { get; init; }
}
