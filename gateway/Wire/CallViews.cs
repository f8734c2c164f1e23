using System.Diagnostics.CodeAnalysis;

namespace OrleansCalls.Gateway.Wire;

/// <summary>A call that rings on the user's device.</summary>
public sealed record IncomingCallView : Call
{
    /// <summary>For deserialization.</summary>
    public IncomingCallView()
    {
    }

    /// <summary>Creates the view of <paramref name="call"/>.</summary>
    [SetsRequiredMembers]
    public IncomingCallView(Call call)
        : base(call)
    {
    }

    /// <summary>The caller's offer; missing until there is one.</summary>
    public SessionDescription? Offer { get; init; }

    /// <summary>ICE servers for the peer connection.</summary>
    public IReadOnlyList<IceServer> IceServers { get; init; } = [];
}

/// <summary>A call that a device resumes.</summary>
public sealed record OpenCallView : Call
{
    /// <summary>For deserialization.</summary>
    public OpenCallView()
    {
    }

    /// <summary>Creates the view of <paramref name="call"/>.</summary>
    [SetsRequiredMembers]
    public OpenCallView(Call call)
        : base(call)
    {
    }

    /// <summary>The caller's offer, where this device needs it.</summary>
    public SessionDescription? Offer { get; init; }

    /// <summary>The callee's answer, where this device needs it.</summary>
    public SessionDescription? Answer { get; init; }

    /// <summary>ICE servers for the peer connection.</summary>
    public IReadOnlyList<IceServer> IceServers { get; init; } = [];

    /// <summary>The events after the seq that the device named; null when it named none.</summary>
    public IReadOnlyList<EventView>? Events { get; init; }
}

/// <summary>A past call, from the point of view of one user.</summary>
public sealed record PastCallView : Call
{
    /// <summary>For deserialization.</summary>
    public PastCallView()
    {
    }

    /// <summary>Creates the view of <paramref name="past"/>.</summary>
    [SetsRequiredMembers]
    public PastCallView(PastCall past)
        : base(past.Call) => (Outcome, Quality) = (past.Outcome, past.Quality is { } quality ? new QualityView(quality) : null);

    /// <summary>The outcome from this user's point of view.</summary>
    public HistoryOutcome Outcome { get; init; }

    /// <summary>What this user's devices measured, and the user's rating; missing when neither is known.</summary>
    public QualityView? Quality { get; init; }

    /// <summary>Over the hub only, on the last call of a page that is not the last: the cursor of the next page.</summary>
    public string? Next { get; init; }
}

/// <summary>What one user's devices measured over a whole call, and the user's rating.</summary>
public sealed record QualityView
{
    /// <summary>For deserialization.</summary>
    public QualityView()
    {
    }

    /// <summary>Creates the view of <paramref name="quality"/>, rounded to a tenth.</summary>
    public QualityView(CallQuality quality)
    {
        ArgumentNullException.ThrowIfNull(quality);
        var measured = quality.Reports > 0;
        LossPercent = measured ? Math.Round(quality.LossPercent, 1) : null;
        WorstLossPercent = measured ? Math.Round(quality.WorstLossPercent, 1) : null;
        RoundTripMs = quality.RoundTripMs is { } roundTrip ? Math.Round(roundTrip, 1) : null;
        JitterMs = quality.JitterMs is { } jitter ? Math.Round(jitter, 1) : null;
        Route = quality.Route;
        Stars = quality.Stars;
    }

    /// <summary>The mean packet loss in percent, 0 to 100.</summary>
    public double? LossPercent { get; init; }

    /// <summary>The highest measured packet loss in percent.</summary>
    public double? WorstLossPercent { get; init; }

    /// <summary>The mean round-trip time in milliseconds.</summary>
    public double? RoundTripMs { get; init; }

    /// <summary>The mean audio jitter in milliseconds.</summary>
    public double? JitterMs { get; init; }

    /// <summary>The last route of the media.</summary>
    public MediaRoute? Route { get; init; }

    /// <summary>The rating, 1 (bad) to 5 (good).</summary>
    public int? Stars { get; init; }
}

/// <summary>One entry for RTCPeerConnection's <c>iceServers</c>.</summary>
/// <param name="Urls">STUN or TURN addresses.</param>
/// <param name="Username">TURN only: the credential's expiry and user.</param>
/// <param name="Credential">TURN only.</param>
public sealed record IceServer(IReadOnlyList<string> Urls, string? Username = null, string? Credential = null);
