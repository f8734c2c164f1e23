using System.ComponentModel.DataAnnotations;

namespace OrleansCalls.Gateway.Wire;

/// <summary>A call as hub and REST show it.</summary>
public record CallView
{
    /// <summary>For readers of JSON.</summary>
    public CallView()
    {
    }

    /// <summary>The view of <paramref name="call"/>.</summary>
    public CallView(Call call)
    {
        CallId = call.CallId;
        Caller = call.Caller;
        Media = call.Media;
        ConversationId = call.ConversationId;
        Metadata = call.Metadata;
        State = call.State;
        RingUntil = call.RingUntil;
        CreatedAt = call.CreatedAt;
        AnsweredAt = call.AnsweredAt;
        EndedAt = call.EndedAt;
        EndReason = call.EndReason;
        EndedBy = call.EndedBy;
        Seq = call.Seq;
        Legs = call.Legs;
        InvitedBy = call.InvitedBy;
    }

    /// <summary>1-64 characters of <c>A-Z a-z 0-9 _ . : -</c>.</summary>
    public string CallId { get; init; } = "";

    /// <summary>Who started it.</summary>
    [Required]
    public Caller? Caller { get; init; }

    /// <summary>Audio or video.</summary>
    public CallMedia Media { get; init; }

    /// <summary>The app's own conversation, if it gave one.</summary>
    public string? ConversationId { get; init; }

    /// <summary>The app's own flat data, 4 KiB at most.</summary>
    public ImmutableSortedDictionary<string, string>? Metadata { get; init; }

    /// <summary>Where the call is.</summary>
    public CallPhase State { get; init; }

    /// <summary>The absolute ring deadline.</summary>
    public DateTimeOffset RingUntil { get; init; }

    /// <summary>When it was started.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the first callee accepted.</summary>
    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why it ended, as this reader may know it.</summary>
    public EndReason? EndReason { get; init; }

    /// <summary>User id of whoever ended it; null for deadlines.</summary>
    public string? EndedBy { get; init; }

    /// <summary>Number of the call's newest event.</summary>
    public long Seq { get; init; }

    /// <summary>The callees, in the order in which they were called.</summary>
    public ImmutableArray<Leg> Legs { get; init; } = [];

    /// <summary>Who rang this reader, where that was not the caller: an invite into a live call.</summary>
    public Inviter? InvitedBy { get; init; }

    /// <summary>Whether a user takes part as the caller: one who has left and was invited back is a callee.</summary>
    public bool IsCaller(string userId) => Caller?.Id == userId && Legs.All(leg => leg.UserId != userId);

    /// <summary>The call that this is a view of.</summary>
    public Call ToCall() => new()
    {
        CallId = CallId,
        Caller = Caller ?? new Caller { Id = "" },
        Media = Media,
        ConversationId = ConversationId,
        Metadata = Metadata,
        State = State,
        RingUntil = RingUntil,
        CreatedAt = CreatedAt,
        AnsweredAt = AnsweredAt,
        EndedAt = EndedAt,
        EndReason = EndReason,
        EndedBy = EndedBy,
        Seq = Seq,
        Legs = Legs,
        InvitedBy = InvitedBy,
    };
}

/// <summary>A call that is to ring on the reader's device.</summary>
public sealed record IncomingCallView : CallView
{
    /// <summary>For readers of JSON.</summary>
    public IncomingCallView()
    {
    }

    /// <summary>The view of <paramref name="call"/>.</summary>
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
public sealed record OpenCallView : CallView
{
    /// <summary>For readers of JSON.</summary>
    public OpenCallView()
    {
    }

    /// <summary>The view of <paramref name="call"/>.</summary>
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
public sealed record PastCallView : CallView
{
    /// <summary>For readers of JSON.</summary>
    public PastCallView()
    {
    }

    /// <summary>The view of <paramref name="past"/>.</summary>
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

/// <summary>An event as it would have been sent: the client method and its argument.</summary>
/// <param name="Event">The name of the client method.</param>
/// <param name="Payload">Its argument.</param>
public sealed record EventView(string Event, object Payload);

/// <summary>One entry for RTCPeerConnection's <c>iceServers</c>.</summary>
/// <param name="Urls">STUN or TURN addresses.</param>
/// <param name="Username">TURN only: when the credential expires, and for whom it is.</param>
/// <param name="Credential">TURN only.</param>
public sealed record IceServer(IReadOnlyList<string> Urls, string? Username = null, string? Credential = null);
