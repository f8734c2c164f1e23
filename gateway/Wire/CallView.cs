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

    /// <inheritdoc cref="Call.CallId"/>
    public string CallId { get; init; } = "";

    /// <inheritdoc cref="Call.Caller"/>
    public Caller? Caller { get; init; }

    /// <inheritdoc cref="Call.Media"/>
    public CallMedia Media { get; init; }

    /// <inheritdoc cref="Call.ConversationId"/>
    public string? ConversationId { get; init; }

    /// <inheritdoc cref="Call.Metadata"/>
    public ImmutableSortedDictionary<string, string>? Metadata { get; init; }

    /// <inheritdoc cref="Call.State"/>
    public CallPhase State { get; init; }

    /// <inheritdoc cref="Call.RingUntil"/>
    public DateTimeOffset RingUntil { get; init; }

    /// <inheritdoc cref="Call.CreatedAt"/>
    public DateTimeOffset CreatedAt { get; init; }

    /// <inheritdoc cref="Call.AnsweredAt"/>
    public DateTimeOffset? AnsweredAt { get; init; }

    /// <inheritdoc cref="Call.EndedAt"/>
    public DateTimeOffset? EndedAt { get; init; }

    /// <inheritdoc cref="Call.EndReason"/>
    public EndReason? EndReason { get; init; }

    /// <inheritdoc cref="Call.EndedBy"/>
    public string? EndedBy { get; init; }

    /// <inheritdoc cref="Call.Seq"/>
    public long Seq { get; init; }

    /// <inheritdoc cref="Call.Legs"/>
    public ImmutableArray<Leg> Legs { get; init; } = [];

    /// <inheritdoc cref="Call.InvitedBy"/>
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
        : base(past.Call) => Outcome = past.Outcome;

    /// <summary>How it reads for the person whose history this is.</summary>
    public HistoryOutcome Outcome { get; init; }

    /// <summary>Only over the hub, on the last call of a page that is not the last: the cursor for the next one.</summary>
    public string? Next { get; init; }
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
