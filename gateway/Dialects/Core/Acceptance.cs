namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>A call was taken, in languages that have one word for that and know no "accepted, but not ready yet".</summary>
/// <param name="CallId">Which call.</param>
/// <param name="UserId">The callee who took it.</param>
/// <param name="Answer">The answer, if there is one.</param>
/// <param name="IsFirst">False: it was said before, without the answer.</param>
internal sealed record Acceptance(string CallId, string UserId, SessionDescription? Answer, bool IsFirst)
{
    /// <summary>
    /// Returns what the caller is to be told because of this event: as soon as there is an answer, or the callee's device is ready without
    /// one, and once, however often and by whichever events it becomes known. Null when that is nothing.
    /// </summary>
    public static async Task<Acceptance?> Of(DialectSession session, ClientEvent what, string dialect) => what switch
    {
        CallAccepted e when e.Answer is not null || await IsReady(session, e.CallId, e.UserId) =>
            Take(session, e.CallId, e.UserId, e.Answer, dialect),
        CallReady e when e.UserId != session.Actor.UserId => Take(session, e.CallId, e.UserId, e.Answer, dialect),
        _ => null,
    };

    private static Acceptance? Take(DialectSession session, string callId, string userId, SessionDescription? answer, string dialect)
    {
        var isFirst = session.Known.Take(new(ToldWhat.Taken, callId, userId, dialect));
        var isAnswered = answer is not null && session.Known.Take(new(ToldWhat.Answer, callId, userId, dialect));
        return isFirst || isAnswered ? new Acceptance(callId, userId, answer, isFirst) : null;
    }

    private static async Task<bool> IsReady(DialectSession session, string callId, string userId) =>
        (await session.Read(callId))?.Legs.Any(leg => leg.UserId == userId && leg.State == LegPhase.Joined) ?? false;
}
