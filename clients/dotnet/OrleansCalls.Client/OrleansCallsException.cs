namespace OrleansCalls.Client;

/// <summary>
/// A refused command, a refused connection, or an unreachable service. A refused command has changed nothing.
/// </summary>
/// <param name="code">The code, for decisions.</param>
/// <param name="message">One sentence for developers.</param>
/// <param name="inner">The cause, if there is one.</param>
public sealed class OrleansCallsException(CallErrorCode code, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The code, for decisions.</summary>
    public CallErrorCode Code { get; } = code;

    /// <summary>The delay before a retry, if the service sent one.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Over REST: the call's current state, where that helps.</summary>
    public Call? Call { get; init; }

    /// <summary>Over REST: the trace id, for the service's log.</summary>
    public string? TraceId { get; init; }

    /// <summary>Whether the same command may be retried: the service was unreachable, or rate limited it.</summary>
    public bool IsTransient => Code is CallErrorCode.Unavailable or CallErrorCode.RateLimited;
}
