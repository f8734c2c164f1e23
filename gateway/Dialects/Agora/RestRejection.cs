namespace OrleansCalls.Gateway.Dialects.Agora;

/// <summary>
/// Rejecting a call over REST in the shape of dialect <c>agora</c>. Its clients add or omit the prefix <c>CALL_</c> of a call
/// id inconsistently.
/// </summary>
public sealed class RestRejection(CallCommands calls, DialectOptions options)
{
    /// <summary>The message of a successful rejection.</summary>
    public const string Done = "Call rejected";

    /// <summary>The message of an internal error.</summary>
    public const string Failed = "Failed to reject call";

    private const string NotYours = "You are not authorized to reject this call";
    private const string Prefix = "CALL_";

    /// <summary>Rejects a call with the same command as over a socket, so that the caller is notified at once.</summary>
    public async Task<Call> Reject(Actor actor, string callId, string? reason)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(callId);
        reason = options.Has(DialectNames.Agora) ? AgoraDialect.ReasonOf(reason) : reason;
        try
        {
            var call = await Either(callId, id => calls.Reject(actor, new ReasonRequest { CallId = id, Reason = reason }));
            // A caller cannot reject its own call, even an ended one.
            return call.IsCaller(actor.UserId) ? throw CallException.Forbidden(NotYours) : call;
        }
        catch (CallException refused) when (refused.Error.Code == CallErrorCode.NotFound)
        {
            throw new CallException(CallErrorCode.NotFound, "Call not found");
        }
        catch (CallException refused) when (refused.Error.Code == CallErrorCode.Forbidden
            || (refused.Call is { } call && call.IsCaller(actor.UserId)))
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
