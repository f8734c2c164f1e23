namespace OrleansCalls.Gateway.Wire;

/// <summary>Calls that an operator has found.</summary>
/// <param name="Calls">Newest first: open ones by their start, then ended ones by their end.</param>
/// <param name="Next">
/// The cursor for the next page; missing on the last. A page may hold fewer calls than its limit, even none, and have a next one.
/// </param>
/// <param name="Truncated">True when there are more open calls than were looked at.</param>
public sealed record FoundCallsView(IReadOnlyList<FoundCallView> Calls, string? Next = null, bool? Truncated = null);

/// <summary>A call as a list of calls shows it.</summary>
public sealed record FoundCallView
{
    /// <summary>For readers of JSON.</summary>
    public FoundCallView()
    {
    }

    /// <summary>The view of <paramref name="call"/>.</summary>
    public FoundCallView(Call call)
    {
        CallId = call.CallId;
        State = call.State;
        Reason = call.EndReason;
        CallerId = call.Caller.Id;
        Participants = [.. call.Legs.Select(leg => new FoundPartyView(leg.UserId, leg.State))];
        Media = call.Media;
        StartedAt = call.CreatedAt;
        AnsweredAt = call.AnsweredAt;
        EndedAt = call.EndedAt;
        DurationMs = (long?)(call.EndedAt - call.AnsweredAt)?.TotalMilliseconds;
    }

    /// <summary>Which call.</summary>
    public string CallId { get; init; } = "";

    /// <summary>Where it is.</summary>
    public CallPhase State { get; init; }

    /// <summary>Why it ended; the true reason, which a blocked caller is not told.</summary>
    public EndReason? Reason { get; init; }

    /// <summary>Who started it.</summary>
    public string CallerId { get; init; } = "";

    /// <summary>The callees, in the order in which they were called.</summary>
    public IReadOnlyList<FoundPartyView> Participants { get; init; } = [];

    /// <summary>Audio or video.</summary>
    public CallMedia Media { get; init; }

    /// <summary>When it was started.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>When the first callee accepted.</summary>
    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>From answer to end; missing while it goes on, and for a call that was not answered.</summary>
    public long? DurationMs { get; init; }
}

/// <summary>A callee of a call in a list.</summary>
/// <param name="UserId">Who.</param>
/// <param name="State">How far this callee came.</param>
public sealed record FoundPartyView(string UserId, LegPhase State);

/// <summary>A call for operators, with everything that happened to it.</summary>
/// <param name="CallId">Which call.</param>
/// <param name="Call">The call itself.</param>
/// <param name="Sentence">What the reason of its end means for this call; missing while it goes on.</param>
/// <param name="Remedy">What an operator can do about that; missing while it goes on.</param>
/// <param name="Items">Oldest first.</param>
/// <param name="TurnNames">Under which names its parties are in the logs of the TURN servers; missing without TURN.</param>
public sealed record TimelineView(
    string CallId, CallView Call, string? Sentence, string? Remedy, IReadOnlyList<TimelineEntryView> Items,
    IReadOnlyList<TurnNameView>? TurnNames = null);

/// <summary>One line of a call's timeline.</summary>
/// <param name="At">When.</param>
/// <param name="What">What, in lower snake case: a command, an event, a delivery, a push result, a timer.</param>
/// <param name="UserId">Whom it concerns.</param>
/// <param name="DeviceId">Which device.</param>
/// <param name="Detail">A word or two more.</param>
/// <param name="Sentence">What it means.</param>
/// <param name="Remedy">What an operator can do; missing where nothing is wrong.</param>
public sealed record TimelineEntryView(
    DateTimeOffset At, string What, string? UserId, string? DeviceId, string? Detail, string Sentence, string? Remedy)
{
    /// <summary>With what it means.</summary>
    public TimelineEntryView(TimelineEntry entry, Explanation explanation)
        : this(entry.At, entry.What, entry.UserId, entry.DeviceId, entry.Detail, explanation.Sentence, explanation.Remedy)
    {
    }
}
