namespace OrleansCalls.Gateway.Dialects.Agora;

/// <summary>
/// Declining a call over REST, in the words of document 002. Its clients have one id for both but put <c>CALL_</c> in front of it, or
/// leave it out, as they please.
/// </summary>
public sealed class RestRejection(CallCommands calls, DialectOptions options)
{
    /// <summary>What a client is told of a call that it has declined.</summary>
    public const string Done = "Call rejected";

    /// <summary>What a client is told of a defect of ours.</summary>
    public const string Failed = "Failed to reject call";

    private const string NotYours = "You are not authorized to reject this call";
    private const string Prefix = "CALL_";

    /// <summary>Declines a call. It is the same command as over a socket: the caller hears of it at once.</summary>
    public async Task<Call> Reject(Actor actor, string callId, string? reason)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(callId);
        reason = options.Has(DialectNames.Agora) ? AgoraDialect.ReasonOf(reason) : reason;
        try
        {
            var call = await Either(callId, id => calls.Reject(actor, new ReasonRequest { CallId = id, Reason = reason }));
            // Of a call that is over, too, the caller has nothing to decline.
            return call.IsCaller(actor.UserId) ? throw CallException.Forbidden(NotYours) : call;
        }
        catch (CallException refused) when (refused.Error.Code == CallErrorCode.NotFound)
        {
            throw new CallException(CallErrorCode.NotFound, "Call not found");
        }
        catch (CallException refused) when (refused.Error.Code == CallErrorCode.Forbidden || (refused.Call is { } call && call.IsCaller(actor.UserId)))
        {
            throw CallException.Forbidden(NotYours);
        }
    }

    private static async Task<Call> Either(string callId, Func<string, Task<Call>> command)
    {
        try
        {
            return await command(callId);
        }
        catch (CallException missing) when (missing.Error.Code == CallErrorCode.NotFound)
        {
            return await command(callId.StartsWith(Prefix, StringComparison.Ordinal) ? callId[Prefix.Length..] : Prefix + callId);
        }
    }
}
