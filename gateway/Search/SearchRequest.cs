using System.Globalization;

namespace OrleansCalls.Gateway.Search;

/// <summary>An operator's search as query parameters; null where a parameter is omitted.</summary>
internal sealed record SearchRequest(
    string? UserId, string? From, string? To, string? State, string? Reason, string? Q, int? Limit, string? Cursor)
{
    /// <summary>The values of <c>state</c>; the first is the default.</summary>
    internal static string[] States { get; } = ["all", "open", .. Enum.GetValues<CallPhase>().Select(phase => phase.Wire())];

    /// <summary>The values of <c>reason</c>: those with which a call can end.</summary>
    internal static string[] Reasons { get; } =
        [.. Enum.GetValues<EndReason>().Where(reason => reason.IsStored()).Select(reason => reason.Wire())];

    /// <summary>The names of the query parameters.</summary>
    internal static string[] Names { get; } = ["userId", "from", "to", "state", "reason", "q", "limit", "cursor"];

    /// <summary>Validates the request.</summary>
    /// <exception cref="CallException">A parameter is invalid.</exception>
    internal SearchFilter Read()
    {
        var state = State ?? States[0];
        if (!States.Contains(state))
            throw CallException.Invalid($"state must be one of {string.Join(", ", States)}.");
        if (Reason is not null && !Reasons.Contains(Reason))
            throw CallException.Invalid($"reason must be one of {string.Join(", ", Reasons)}.");
        var (from, to) = (Time(From, "from"), Time(To, "to"));
        if (from >= to)
            throw CallException.Invalid("from must be before to.");
        return new SearchFilter
        {
            UserId = UserId is null ? null : Check.UserId(UserId, "userId"),
            From = from,
            To = to,
            Phase = WireNames.Parse<CallPhase>(state),
            OnlyOpen = state == "open",
            Reason = WireNames.Parse<EndReason>(Reason),
            Prefix = Q is null ? null : Check.Id(Q, "q", CallLimits.UserId),
            Limit = Check.Number(Limit ?? 50, "limit", 1, CallLimits.HistoryPage),
            Cursor = SearchCursor.Read(Cursor),
        };
    }

    private static DateTimeOffset? Time(string? text, string field)
    {
        if (text is null)
            return null;
        // An unencoded plus has been decoded as a space.
        if (text.Length >= "2026-01-31".Length && text.AsSpan(0, 4).ContainsAnyExceptInRange('0', '9') is false && text[4] == '-'
            && DateTimeOffset.TryParse(
                text, CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            && time >= DateTimeOffset.UnixEpoch)
            return time;
        throw CallException.Invalid(
            $"{field} must be a time such as 2026-01-31 or 2026-01-31T12:34:56Z; in an offset, + is written %2B.");
    }
}

/// <summary>A validated search.</summary>
internal sealed record SearchFilter
{
    public string? UserId { get; init; }

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    public CallPhase? Phase { get; init; }

    public bool OnlyOpen { get; init; }

    public EndReason? Reason { get; init; }

    public string? Prefix { get; init; }

    public required int Limit { get; init; }

    public required SearchCursor Cursor { get; init; }

    /// <summary>Whether open calls can match. An open call counts as ending now.</summary>
    public bool WantsOpen(DateTimeOffset now) =>
        Phase is not CallPhase.Ended && Reason is null && !(now < From) && !(now >= To) && !Cursor.IsPastOpen;

    /// <summary>Whether ended calls can match.</summary>
    public bool WantsEnded => !OnlyOpen && (Phase is null or CallPhase.Ended);

    /// <summary>Returns true if an open call matches.</summary>
    public bool Fits(Call call)
    {
        string[] people = [call.Caller.Id, .. call.Legs.Select(leg => leg.UserId)];
        return call.State != CallPhase.Ended && (Phase is null || call.State == Phase)
            && (UserId is null || people.Contains(UserId))
            && (Prefix is null || people.Append(call.CallId).Any(id => id.StartsWith(Prefix, StringComparison.Ordinal)))
            && Cursor.IsBefore(call);
    }

    /// <summary>The part of the search for ended calls.</summary>
    public CallSearch Ended(int limit) =>
        new() { UserId = UserId, From = From, To = To, Reason = Reason, Prefix = Prefix, Cursor = Cursor.Ended, Limit = limit };
}
