namespace OrleansCalls;

/// <summary>How media travel.</summary>
public enum MediaRoute
{
    /// <summary>Directly, in one network.</summary>
    Host = 1,

    /// <summary>Past a NAT, by an address that a STUN server told.</summary>
    Srflx = 2,

    /// <summary>Past a NAT, by an address that the other side saw.</summary>
    Prflx = 3,

    /// <summary>Through a TURN server.</summary>
    Relay = 4,
}

/// <summary>A device's media path in one word.</summary>
public enum MediaLevel
{
    /// <summary>Nobody notices anything.</summary>
    Good = 1,

    /// <summary>There are gaps.</summary>
    Fair = 2,

    /// <summary>People do not understand each other.</summary>
    Poor = 3,
}

/// <summary>What a device measured of its media path over the last seconds.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.MediaStats")]
public sealed record MediaStats
{
    /// <summary>The share of packets that did not arrive, of the worse direction, 0 to 100.</summary>
    [Id(0)] public required double LossPercent { get; init; }

    /// <summary>In one word.</summary>
    [Id(1)] public required MediaLevel Level { get; init; }

    /// <summary>To the other side and back.</summary>
    [Id(2)] public double? RoundTripMs { get; init; }

    /// <summary>How irregularly sound arrives.</summary>
    [Id(3)] public double? JitterMs { get; init; }

    /// <summary>How media travel; of several connections the longest way.</summary>
    [Id(4)] public MediaRoute? Route { get; init; }
}

/// <summary>What one party's devices measured over a whole call, and how the party rated it.</summary>
[GenerateSerializer, Immutable, Alias("OrleansCalls.CallQuality")]
public sealed record CallQuality
{
    /// <summary>How many measurements the means are of; 0 when there is a rating only.</summary>
    [Id(0)] public int Reports { get; init; }

    /// <summary>The mean share of packets that did not arrive, 0 to 100.</summary>
    [Id(1)] public double LossPercent { get; init; }

    /// <summary>The worst that was measured.</summary>
    [Id(2)] public double WorstLossPercent { get; init; }

    /// <summary>The mean time to the other side and back; null when no device said it.</summary>
    [Id(3)] public double? RoundTripMs { get; init; }

    /// <summary>The mean jitter; null when no device said it.</summary>
    [Id(4)] public double? JitterMs { get; init; }

    /// <summary>How media travelled last.</summary>
    [Id(5)] public MediaRoute? Route { get; init; }

    /// <summary>The last one.</summary>
    [Id(6)] public MediaLevel? Level { get; init; }

    /// <summary>The party's rating, 1 (bad) to 5 (good); null without one.</summary>
    [Id(7)] public int? Stars { get; init; }

    /// <summary>With one more measurement.</summary>
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
