namespace OrleansCalls.Gateway.Calls;

/// <summary>
/// What stands around every command, whatever its language: over sockets the message rate and the order of commands for one call, and
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
    public CallError Translate(Exception exception, string command, string? userId) =>
        Failure.Of(exception, command, userId, log).Error;

    /// <summary>Runs a request whose errors have a shape of their own.</summary>
    /// <param name="context">The request.</param>
    /// <param name="command">What the log calls it.</param>
    /// <param name="run">Carries it out.</param>
    /// <param name="shape">Gives an error the shape, with the failure's status.</param>
    public async Task<IResult> Answer(HttpContext context, string command, Func<Task<IResult>> run, Func<Failure, IResult> shape)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(shape);
        try
        {
            return await run();
        }
        catch (Exception exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            return shape(Failure.Of(exception, command, context, log));
        }
    }
}
