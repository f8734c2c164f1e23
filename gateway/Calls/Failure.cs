namespace OrleansCalls.Gateway.Calls;

/// <summary>What a client is answered for an exception, whatever the shape that its protocol gives to it.</summary>
/// <param name="Error">The error in the protocol's words.</param>
/// <param name="Status">Its HTTP status.</param>
/// <param name="TraceId">The trace under which the log has more.</param>
/// <param name="Call">The call as it now is, where that helps.</param>
public sealed record Failure(CallError Error, int Status, string TraceId, Call? Call)
{
    /// <summary>Seconds after which the client should try again, one at least; null where it should not, or at once.</summary>
    public int? RetryAfter => Error.RetryAfter is { } wait ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : null;

    /// <summary>Translates an exception, and logs it if the fault is ours.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="command">What the log calls the command or request.</param>
    /// <param name="userId">Whose it was; null for a stranger's.</param>
    /// <param name="log">The log.</param>
    public static Failure Of(Exception exception, string command, string? userId, ILogger log)
    {
        var traceId = Faults.CurrentTraceId();
        var error = Faults.ToError(exception, traceId);
        if (error.Code == CallErrorCode.Internal)
            GatewayLog.Defect(log, exception, command, userId, traceId);
        else if (error.Code == CallErrorCode.Unavailable && exception is not CallException)
            GatewayLog.Unavailable(log, exception, command, userId);
        var status = exception is BadHttpRequestException bad ? bad.StatusCode : Faults.StatusOf(error.Code);
        return new Failure(error, status, traceId, (exception as CallException)?.Call);
    }

    /// <summary>Translates an exception of a request, and says in the response's header when to try again.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="command">What the log calls the request.</param>
    /// <param name="context">The request, to which nothing has been answered yet.</param>
    /// <param name="log">The log.</param>
    public static Failure Of(Exception exception, string command, HttpContext context, ILogger log)
    {
        ArgumentNullException.ThrowIfNull(context);
        var failure = Of(exception, command, context.User.FindFirst("sub")?.Value, log);
        if (failure.RetryAfter is { } seconds)
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return failure;
    }
}
