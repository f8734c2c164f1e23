namespace OrleansCalls.Gateway.Calls;

/// <summary>An exception translated to the error that a client receives, independent of the protocol's shape.</summary>
/// <param name="Error">The error.</param>
/// <param name="Status">Its HTTP status.</param>
/// <param name="TraceId">The trace id under which the log has details.</param>
/// <param name="Call">The current state of the call, where it helps the client.</param>
public sealed record Failure(CallError Error, int Status, string TraceId, Call? Call)
{
    /// <summary>Seconds after which the client should retry, at least 1; null when it should not, or may at once.</summary>
    public int? RetryAfter => Error.RetryAfter is { } wait ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : null;

    /// <summary>Translates an exception, and logs it if it is an internal error.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="command">The command's or request's name in the log.</param>
    /// <param name="userId">The user; null if unauthenticated.</param>
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

    /// <summary>Translates an exception of a request, and sets the response's <c>Retry-After</c>.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="command">The request's name in the log.</param>
    /// <param name="context">The request, whose response has not started.</param>
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
