namespace OrleansCalls.Gateway.Calls;

/// <summary>
/// What stands around every command of a socket, whatever its language: the message rate, the order of commands for one call, and
/// errors in the protocol's words.
/// </summary>
public sealed class CommandGate(UserRates rates, ILogger<CommandGate> log)
{
    /// <summary>Runs a command once the user may say it and its earlier ones for the same call are done.</summary>
    /// <exception cref="CallException">The user says too much.</exception>
    public async Task<T> Run<T>(ClientConnection connection, string? callId, Func<Task<T>> command)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(command);
        rates.Take(connection.Actor.UserId);
        return callId is null ? await command() : await connection.Order.Run(callId, command);
    }

    /// <summary>What the client is told of a command that failed; what is our fault is logged.</summary>
    public CallError Translate(Exception exception, string command, string userId)
    {
        var traceId = Faults.CurrentTraceId();
        var error = Faults.ToError(exception, traceId);
        if (error.Code == CallErrorCode.Internal)
            GatewayLog.Defect(log, exception, command, userId, traceId);
        else if (exception is not CallException)
            GatewayLog.Unavailable(log, exception, command, userId);
        return error;
    }
}
