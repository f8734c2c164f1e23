namespace OrleansCalls.Client;

/// <summary>A refused command, a refused connection, or a service that cannot be reached. A refused command has changed nothing.</summary>
/// <param name="code">The code to act on.</param>
/// <param name="message">One sentence for developers.</param>
/// <param name="inner">The cause, if there is one.</param>
public sealed class OrleansCallsException(CallErrorCode code, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The code to act on.</summary>
    public CallErrorCode Code { get; } = code;

    /// <summary>When to try again, if the service said so.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Over REST: the call as it is now, where that helps.</summary>
    public Call? Call { get; init; }

    /// <summary>Over REST: the id under which the service's log has more.</summary>
    public string? TraceId { get; init; }

    /// <summary>Whether the same command may be sent again: the service could not be reached, or it was asked too often.</summary>
    public bool IsTransient => Code is CallErrorCode.Unavailable or CallErrorCode.RateLimited;
}
