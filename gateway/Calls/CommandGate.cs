namespace OrleansCalls.Gateway.Calls;

/// <summary>
/// Surrounds every command of hub and dialects: rate limit, ordering of commands for one call, and translation of exceptions to
/// errors.
/// </summary>
public sealed class CommandGate(UserRates rates, ILogger<CommandGate> log)
{
    /// <summary>Runs a command within the user's rate, after earlier commands of the connection for the same call.</summary>
    /// <exception cref="CallException"><c>rate_limited</c>: the user has sent too many messages.</exception>
    public async Task<T> Run<T>(ClientConnection connection, string? callId, Func<Task<T>> command)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(command);
        rates.Take(connection.Actor.UserId);
        return callId is null ? await command() : await connection.Order.Run(callId, command);
    }

    /// <summary>Returns the error for a failed command; internal errors are logged.</summary>
    public CallError Translate(Exception exception, string command, string? userId) =>
        Failure.Of(exception, command, userId, log).Error;

    /// <summary>Runs a request whose errors have a shape of their own.</summary>
    /// <param name="context">The request.</param>
    /// <param name="command">The command's name in the log.</param>
    /// <param name="run">The command.</param>
    /// <param name="shape">Converts an error, with the failure's status.</param>
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
