namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>Commands in languages whose clients make the ids of calls themselves, and have words only for calls that ring.</summary>
internal static class OwnCallIds
{
    /// <summary>Rings somebody under the client's own id.</summary>
    /// <returns>
    /// The end that the client is to be told, if the id does not ring and no event will say so: it is one of a call that is over, or
    /// both have called each other and the other's call goes on.
    /// </returns>
    public static async Task<CallEnded?> Start(this DialectSession session, CallCommands calls, StartCallRequest request)
    {
        var callId = request.CallId!;
        var wasOver = session.Known.HasEnded(callId);
        Call call;
        try
        {
            call = session.Shown(await calls.Start(session.Actor, request));
        }
        catch (CallException refused) when (refused.Error.Code == CallErrorCode.Conflict)
        {
            // Whoever was called under an id may find out that it is used up; anybody else only that it is not theirs.
            if (await session.Read(callId) is not { State: CallPhase.Ended } over)
                throw;
            return EndOf(over);
        }

        if (call.CallId != callId)
            return new CallEnded { CallId = callId, Reason = EndReason.Replaced };
        if (wasOver && call.State == CallPhase.Ended)
            return EndOf(call);
        session.ShowEnd(call);
        return null;
    }

    /// <summary>
    /// A command was answered with a call. If that is over, its end is among what the device is told, once: whoever comes too late for
    /// the event hears it now.
    /// </summary>
    public static void ShowEnd(this DialectSession session, Call call)
    {
        session.Shown(call);
        if (call.State == CallPhase.Ended && !session.Known.HasEnded(call.CallId))
            session.Connection.Enqueue(new Outgoing.Event(EndOf(call)));
    }

    /// <summary>
    /// Whether a refused message was to ring somebody and nobody rings. An invite whose answer was lost may ring all the same: it is taken
    /// back, before or after it lands. A live call under the id, which the client has sent twice, is left alone.
    /// </summary>
    public static async Task<bool> IsInVain(
        this DialectSession session, DialectServices services, string name, string? callId, CallError error)
    {
        if (!session.Dialect.Rings(name))
            return false;
        if (callId is null)
            return true;
        if (error.Code is not (CallErrorCode.Unavailable or CallErrorCode.Internal))
            return await session.Know(callId) is not { State: not CallPhase.Ended };
        if (session.Known.Find(callId) is { State: not CallPhase.Ended })
            return false;
        _ = TakeBack(session, services, callId);
        return true;
    }

    private static async Task TakeBack(DialectSession session, DialectServices services, string callId)
    {
        try
        {
            await services.Calls.End(session.Actor, new ReasonRequest { CallId = callId });
        }
        catch (CallException)
        {
            // Nobody rings under this id, and an invite that still comes finds it ended.
        }
        catch (Exception exception)
        {
            GatewayLog.DialectUnread(services.Log, exception, callId, session.Actor.UserId);
        }
    }

    private static CallEnded EndOf(Call call) => new()
    {
        CallId = call.CallId, Seq = call.Seq, Reason = call.EndReason ?? EndReason.Failed, EndedBy = call.EndedBy,
    };
}
