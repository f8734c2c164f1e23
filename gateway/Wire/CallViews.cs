using System.Diagnostics.CodeAnalysis;

namespace OrleansCalls.Gateway.Wire;

/// <summary>A call that is to ring on the reader's device.</summary>
public sealed record IncomingCallView : Call
{
    /// <summary>For readers of JSON.</summary>
    public IncomingCallView()
    {
    }

    /// <summary>The view of <paramref name="call"/>.</summary>
    [SetsRequiredMembers]
    public IncomingCallView(Call call)
        : base(call)
    {
    }

    /// <summary>The caller's offer, if there is one yet.</summary>
    public SessionDescription? Offer { get; init; }

    /// <summary>What the reader's peer connection should use.</summary>
    public IReadOnlyList<IceServer> IceServers { get; init; } = [];
}

/// <summary>A call to put a device back into.</summary>
public sealed record OpenCallView : Call
{
    /// <summary>For readers of JSON.</summary>
    public OpenCallView()
    {
    }

    /// <summary>The view of <paramref name="call"/>.</summary>
    [SetsRequiredMembers]
    public OpenCallView(Call call)
        : base(call)
    {
    }

    /// <summary>The caller's offer, where this device needs it.</summary>
    public SessionDescription? Offer { get; init; }

    /// <summary>The callee's answer, where this device needs it.</summary>
    public SessionDescription? Answer { get; init; }

    /// <summary>What the reader's peer connection should use.</summary>
    public IReadOnlyList<IceServer> IceServers { get; init; } = [];

    /// <summary>What happened after the seq that the device named; null when it named none.</summary>
    public IReadOnlyList<EventView>? Events { get; init; }
}

/// <summary>A past call, and how it reads for the person who asks.</summary>
public sealed record PastCallView : Call
{
    /// <summary>For readers of JSON.</summary>
    public PastCallView()
    {
    }

    /// <summary>The view of <paramref name="past"/>.</summary>
    [SetsRequiredMembers]
    public PastCallView(PastCall past)
        : base(past.Call) => (Outcome, Quality) = (past.Outcome, past.Quality is { } quality ? new QualityView(quality) : null);

    /// <summary>How it reads for the person whose history this is.</summary>
    public HistoryOutcome Outcome { get; init; }

    /// <summary>What this person's devices measured, and how this person rated the call; missing when neither is known.</summary>
    public QualityView? Quality { get; init; }

    /// <summary>Only over the hub, on the last call of a page that is not the last: the cursor for the next one.</summary>
    public string? Next { get; init; }
}

/// <summary>What one person's devices measured over a whole call, and how the person rated it.</summary>
public sealed record QualityView
{
    /// <summary>For readers of JSON.</summary>
    public QualityView()
    {
    }

    /// <summary>The view of <paramref name="quality"/>, to a tenth.</summary>
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

/// <summary>One entry for RTCPeerConnection's <c>iceServers</c>.</summary>
/// <param name="Urls">STUN or TURN addresses.</param>
/// <param name="Username">TURN only: when the credential expires, and for whom it is.</param>
/// <param name="Credential">TURN only.</param>
public sealed record IceServer(IReadOnlyList<string> Urls, string? Username = null, string? Credential = null);
