namespace OrleansCalls;

/// <summary>The route of media, by ICE candidate type.</summary>
public enum MediaRoute
{
    /// <summary>Direct, within one network.</summary>
    Host = 1,

    /// <summary>Through a NAT, by an address learned from a STUN server.</summary>
    Srflx = 2,

    /// <summary>Through a NAT, by an address learned from the peer.</summary>
    Prflx = 3,

    /// <summary>Through a TURN relay.</summary>
    Relay = 4,
}

/// <summary>The quality of a device's media path, in one word.</summary>
public enum MediaLevel
{
    /// <summary>Without noticeable impairment.</summary>
    Good = 1,

    /// <summary>With interruptions.</summary>
    Fair = 2,

    /// <summary>Unintelligible.</summary>
    Poor = 3,
}

/// <summary>Measurements of a device's media path over the last seconds.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.MediaStats")]
public sealed record MediaStats
{
    /// <summary>Packet loss of the worse direction, 0 to 100 percent.</summary>
    [Id(0)] public required double LossPercent { get; init; }

    /// <summary>The quality in one word.</summary>
    [Id(1)] public required MediaLevel Level { get; init; }

    /// <summary>Round-trip time in milliseconds.</summary>
    [Id(2)] public double? RoundTripMs { get; init; }

    /// <summary>Audio jitter in milliseconds.</summary>
    [Id(3)] public double? JitterMs { get; init; }

    /// <summary>The route; the longest one of several connections.</summary>
    [Id(4)] public MediaRoute? Route { get; init; }
}

/// <summary>What one party's devices measured over a whole call, and the party's rating.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.CallQuality")]
public sealed record CallQuality
{
    /// <summary>The number of measurements; 0 when there is a rating only.</summary>
    [Id(0)] public int Reports { get; init; }

    /// <summary>The mean packet loss, 0 to 100 percent.</summary>
    [Id(1)] public double LossPercent { get; init; }

    /// <summary>The highest packet loss.</summary>
    [Id(2)] public double WorstLossPercent { get; init; }

    /// <summary>The mean round-trip time; null when not measured.</summary>
    [Id(3)] public double? RoundTripMs { get; init; }

    /// <summary>The mean jitter; null when not measured.</summary>
    [Id(4)] public double? JitterMs { get; init; }

    /// <summary>The last route.</summary>
    [Id(5)] public MediaRoute? Route { get; init; }

    /// <summary>The last quality.</summary>
    [Id(6)] public MediaLevel? Level { get; init; }

    /// <summary>The party's rating, 1 (bad) to 5 (good); null without one.</summary>
    [Id(7)] public int? Stars { get; init; }

    /// <summary>Returns the quality with one more measurement.</summary>
    public CallQuality With(MediaStats stats)
    {
        ArgumentNullException.ThrowIfNull(stats);
        return this with
        {
            Reports = Reports + 1,
            LossPercent = Mean(LossPercent, stats.LossPercent),
            WorstLossPercent = Math.Max(WorstLossPercent, stats.LossPercent),
            RoundTripMs = stats.RoundTripMs is { } roundTrip ? Mean(RoundTripMs ?? roundTrip, roundTrip) : RoundTripMs,
            JitterMs = stats.JitterMs is { } jitter ? Mean(JitterMs ?? jitter, jitter) : JitterMs,
            Route = stats.Route ?? Route,
            Level = stats.Level,
        };
    }

    private double Mean(double before, double now) => before + ((now - before) / (Reports + 1));
}
