namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>Commands of dialects whose clients generate call ids and have messages only for ringing calls.</summary>
internal static class OwnCallIds
{
    /// <summary>Starts a call under the client's own id.</summary>
    /// <returns>The end to send to the client if the id does not ring and no event will report it: the call under it has ended,
    /// or both users called each other and the other's call goes on.</returns>
    public static async Task<CallEnded?> Start(this DialectSession session, CallCommands calls, StartCallRequest request)
    {
        var callId = request.CallId!;
        var wasOver = session.Recent.HasEnded(callId);
        Call call;
        try
        {
            call = session.Shown(await calls.Start(session.Actor, request));
        }
        catch (CallException refused) when (refused.Error.Code == CallErrorCode.Conflict)
        {
            // A party of a call may learn that its id is used; anybody else only that the id is not theirs.
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
    /// Sends the end of a call that a command returned as ended, once: a client that came too late for the event receives it
    /// now.
    /// </summary>
    public static void ShowEnd(this DialectSession session, Call call)
    {
        session.Shown(call);
        if (call.State == CallPhase.Ended && !session.Recent.HasEnded(call.CallId))
            session.Connection.Enqueue(new Outgoing.Event(EndOf(call)));
    }

    /// <summary>
    /// Returns true if a rejected invite left nothing ringing. An invite whose reply was lost may ring all the same: it is
    /// cancelled, before or after it arrives. A live call under the id, which the client started twice, is left alone.
    /// </summary>
    public static async Task<bool> IsInVain(
        this DialectSession session, DialectServices services, string name, string? callId, CallError error)
    {
        if (!session.Dialect.Rings(name))
            return false;
        if (callId is null)
            return true;
        if (error.Code is not (CallErrorCode.Unavailable or CallErrorCode.Internal))
            return await session.FindOrRead(callId) is not { State: not CallPhase.Ended };
        if (session.Recent.Find(callId) is { State: not CallPhase.Ended })
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
            // Nothing rings under this id; an invite that arrives later finds the call ended.
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
