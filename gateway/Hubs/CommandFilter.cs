using Microsoft.AspNetCore.SignalR;

namespace OrleansCalls.Gateway.Hubs;

/// <summary>Around every hub call: the message rate, the order of commands for one call, and errors in the protocol's words.</summary>
internal sealed class CommandFilter(ILogger<CommandFilter> log) : IHubFilter
{
    public async ValueTask<object?> InvokeMethodAsync(
        HubInvocationContext invocation, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        var connection = HubConnections.Of(invocation.Context);
        try
        {
            if (!connection.Rate.TryTake(out var retryAfter))
            {
                throw new CallException(new CallError
                {
                    Code = CallErrorCode.RateLimited,
                    Detail = $"Too many messages over one connection; the next in {Math.Ceiling(retryAfter.TotalMilliseconds)} ms.",
                    RetryAfter = retryAfter,
                });
            }

            return invocation.HubMethodArguments is [ICallRequest { CallId: { } callId }]
                ? await connection.Order.Run(callId, () => next(invocation).AsTask())
                : await next(invocation);
        }
        catch (Exception exception)
        {
            throw Translate(exception, invocation, connection);
        }
    }

    private HubException Translate(Exception exception, HubInvocationContext invocation, ClientConnection connection)
    {
        var traceId = Faults.CurrentTraceId();
        var error = Faults.ToError(exception, traceId);
        if (error.Code == CallErrorCode.Internal)
            GatewayLog.Defect(log, exception, invocation.HubMethodName, connection.Actor.UserId, traceId);
        else if (exception is not CallException)
            GatewayLog.Unavailable(log, exception, invocation.HubMethodName, connection.Actor.UserId);
        return new HubException($"{error.Code.Wire()}: {error.Detail}");
    }
}
