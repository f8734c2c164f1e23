namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>An accepted call, for dialects with one event for it that have no "accepted, but not ready yet".</summary>
/// <param name="CallId">The call.</param>
/// <param name="UserId">The callee who accepted.</param>
/// <param name="Answer">The answer; null if there is none yet.</param>
/// <param name="IsFirst">False if the acceptance was sent before, without the answer.</param>
internal sealed record Acceptance(string CallId, string UserId, SessionDescription? Answer, bool IsFirst)
{
    /// <summary>
    /// Returns the acceptance to send to the caller for this event: once, as soon as there is an answer, or the callee's device
    /// is ready without one. Null when there is nothing to send.
    /// </summary>
    public static async Task<Acceptance?> Of(DialectSession session, ClientEvent what, string dialect) => what switch
    {
        CallAccepted e when e.Answer is not null || await IsReady(session, e.CallId, e.UserId) =>
            Take(session, e.CallId, e.UserId, e.Answer, dialect),
        CallReady e when e.UserId != session.Actor.UserId => Take(session, e.CallId, e.UserId, e.Answer, dialect),
        _ => null,
    };

    private static Acceptance? Take(
        DialectSession session, string callId, string userId, SessionDescription? answer, string dialect)
    {
        var isFirst = session.Recent.Take(new(DedupKind.Taken, callId, userId, dialect));
        var isAnswered = answer is not null && session.Recent.Take(new(DedupKind.Answer, callId, userId, dialect));
        return isFirst || isAnswered ? new Acceptance(callId, userId, answer, isFirst) : null;
    }

    private static async Task<bool> IsReady(DialectSession session, string callId, string userId) =>
        (await session.Read(callId))?.Legs.Any(leg => leg.UserId == userId && leg.State == LegPhase.Joined) ?? false;
}
