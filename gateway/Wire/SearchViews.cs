namespace OrleansCalls.Gateway.Wire;

/// <summary>The calls found for an operator.</summary>
/// <param name="Calls">Newest first: open ones by their start, then ended ones by their end.</param>
/// <param name="Next">The cursor of the next page; missing on the last. A page may hold fewer calls than its limit, even none,
/// and have a next one.</param>
/// <param name="Truncated">True when there are more open calls than were read.</param>
public sealed record FoundCallsView(IReadOnlyList<FoundCallView> Calls, string? Next = null, bool? Truncated = null);

/// <summary>A call in a list.</summary>
public sealed record FoundCallView
{
    /// <summary>For deserialization.</summary>
    public FoundCallView()
    {
    }

    /// <summary>Creates the view of <paramref name="call"/>.</summary>
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

    /// <summary>The call id.</summary>
    public string CallId { get; init; } = "";

    /// <summary>The state of the call.</summary>
    public CallPhase State { get; init; }

    /// <summary>Why it ended; the actual reason, which is hidden from a blocked caller.</summary>
    public EndReason? Reason { get; init; }

    /// <summary>The caller.</summary>
    public string CallerId { get; init; } = "";

    /// <summary>The callees, in the order of the call.</summary>
    public IReadOnlyList<FoundPartyView> Participants { get; init; } = [];

    /// <summary>Audio or video.</summary>
    public CallMedia Media { get; init; }

    /// <summary>When it was started.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>When the first callee accepted.</summary>
    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>From answer to end; missing while the call is open, and for an unanswered call.</summary>
    public long? DurationMs { get; init; }
}

/// <summary>A callee of a call in a list.</summary>
/// <param name="UserId">The user id.</param>
/// <param name="State">The state of the callee's leg.</param>
public sealed record FoundPartyView(string UserId, LegPhase State);

/// <summary>A call with its timeline, for operators.</summary>
/// <param name="CallId">The call id.</param>
/// <param name="Call">The call.</param>
/// <param name="Sentence">What its end reason means for this call; missing while it is open.</param>
/// <param name="Remedy">What an operator can do about it; missing while it is open.</param>
/// <param name="Items">The entries, oldest first.</param>
/// <param name="TurnNames">The names of its parties in the logs of the TURN servers; missing without TURN.</param>
public sealed record TimelineView(
    string CallId, Call Call, string? Sentence, string? Remedy, IReadOnlyList<TimelineEntryView> Items,
    IReadOnlyList<TurnNameView>? TurnNames = null);

/// <summary>One entry of a call's timeline.</summary>
/// <param name="At">When it happened.</param>
/// <param name="What">The kind, in lower snake case: a command, an event, a delivery, a push result, a timer.</param>
/// <param name="UserId">The user concerned.</param>
/// <param name="DeviceId">The device concerned.</param>
/// <param name="Detail">Details.</param>
/// <param name="Sentence">What it means.</param>
/// <param name="Remedy">What an operator can do; missing where there is no problem.</param>
public sealed record TimelineEntryView(
    DateTimeOffset At, string What, string? UserId, string? DeviceId, string? Detail, string Sentence, string? Remedy)
{
    /// <summary>Creates an entry with its explanation.</summary>
    public TimelineEntryView(TimelineEntry entry, Explanation explanation)
        : this(entry.At, entry.What, entry.UserId, entry.DeviceId, entry.Detail, explanation.Sentence, explanation.Remedy)
    {
    }
}
