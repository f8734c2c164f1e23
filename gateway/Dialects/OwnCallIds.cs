namespace OrleansCalls.Gateway.Dialects;

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
        CallView call;
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
    public static void ShowEnd(this DialectSession session, CallView call)
    {
        session.Shown(call);
        if (call.State == CallPhase.Ended && !session.Known.HasEnded(call.CallId))
            session.Connection.Enqueue(new Outgoing.Event(EndOf(call)));
    }

    private static CallEnded EndOf(CallView call) => new()
    {
        CallId = call.CallId, Seq = call.Seq, Reason = call.EndReason ?? EndReason.Failed, EndedBy = call.EndedBy,
    };
}
