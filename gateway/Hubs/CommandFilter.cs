using Microsoft.AspNetCore.SignalR;

namespace OrleansCalls.Gateway.Hubs;

/// <summary>Runs every hub call through <see cref="CommandGate"/>.</summary>
internal sealed class CommandFilter(CommandGate gate) : IHubFilter
{
    public async ValueTask<object?> InvokeMethodAsync(
        HubInvocationContext invocation, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        var connection = HubConnections.Of(invocation.Context);
        var callId = invocation.HubMethodArguments is [ICallRequest request] ? request.CallId : null;
        try
        {
            return await gate.Run(connection, callId, () => next(invocation).AsTask());
        }
        catch (Exception exception)
        {
            var error = gate.Translate(exception, invocation.HubMethodName, connection.Actor.UserId);
            throw new HubException($"{error.Code.Wire()}: {error.Detail}");
        }
    }
}
