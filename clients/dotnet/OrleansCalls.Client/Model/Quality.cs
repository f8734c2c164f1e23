namespace OrleansCalls.Client;

/// <summary>What a device measured of its media path over the last seconds.</summary>
public sealed record MediaStats
{
    /// <summary>The share of packets that did not arrive, of the worse direction, 0 to 100.</summary>
    public required double LossPercent { get; init; }

    /// <summary>In one word.</summary>
    public required MediaLevel Level { get; init; }

    /// <summary>To the other side and back, 0 to 60,000.</summary>
    public double? RoundTripMs { get; init; }

    /// <summary>How irregularly sound arrives, 0 to 60,000.</summary>
    public double? JitterMs { get; init; }

    /// <summary>How media travel; of several connections the longest way.</summary>
    public MediaRoute? Route { get; init; }
}

/// <summary>What one person's devices measured over a whole call, and how the person rated it. Null is not known.</summary>
public sealed record CallQuality
{
    /// <summary>The mean share of packets that did not arrive, 0 to 100.</summary>
    public double? LossPercent { get; init; }

    /// <summary>The worst that was measured.</summary>
    public double? WorstLossPercent { get; init; }

    /// <summary>The mean time to the other side and back.</summary>
    public double? RoundTripMs { get; init; }

    /// <summary>The mean jitter of sound.</summary>
    public double? JitterMs { get; init; }

    /// <summary>How media travelled last.</summary>
    public MediaRoute? Route { get; init; }

    /// <summary>The rating, 1 (bad) to 5 (good).</summary>
    public int? Stars { get; init; }
}
