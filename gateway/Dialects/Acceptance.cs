namespace OrleansCalls.Gateway.Dialects;

/// <summary>A call was taken, in languages that have one word for that and know no "accepted, but not ready yet".</summary>
/// <param name="CallId">Which call.</param>
/// <param name="Answer">The answer, if there is one.</param>
/// <param name="IsFirst">False: it was said before, without the answer.</param>
internal sealed record Acceptance(string CallId, SessionDescription? Answer, bool IsFirst)
{
    /// <summary>
    /// Whether the caller is to be told by this event: as soon as there is an answer, or the callee's device is ready without one.
    /// </summary>
    public static async Task<Acceptance?> Of(DialectSession session, ClientEvent what, string dialect)
    {
        switch (what)
        {
            case CallAccepted e when e.Answer is not null || await IsReady(session, e.CallId, e.UserId):
                session.Known.TakeTold(e.CallId, Key(dialect, e.UserId));
                return new Acceptance(e.CallId, e.Answer, IsFirst: true);
            case CallReady e when e.UserId != session.Actor.UserId:
                var isFirst = session.Known.TakeTold(e.CallId, Key(dialect, e.UserId));
                return isFirst || e.Answer is not null ? new Acceptance(e.CallId, e.Answer, isFirst) : null;
            default:
                return null;
        }
    }

    private static string Key(string dialect, string userId) => $"{dialect} taken by {userId}";

    private static async Task<bool> IsReady(DialectSession session, string callId, string userId) =>
        (await session.Read(callId))?.Legs.Any(leg => leg.UserId == userId && leg.State == LegPhase.Joined) ?? false;
}
