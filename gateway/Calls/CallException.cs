namespace OrleansCalls.Gateway.Calls;

/// <summary>A refused command on its way to the client, in the words of the protocol.</summary>
public sealed class CallException : Exception
{
    /// <summary>A refusal, with the call as it now is where that helps.</summary>
    public CallException(CallError error, Call? call = null)
        : base(error.Detail)
    {
        Error = error;
        Call = call;
    }

    /// <summary>A refusal.</summary>
    public CallException(CallErrorCode code, string detail)
        : this(new CallError { Code = code, Detail = detail })
    {
    }

    /// <summary>What the client is told.</summary>
    public CallError Error { get; }

    /// <summary>The call as it now is.</summary>
    public Call? Call { get; }

    /// <summary>Something is missing or malformed.</summary>
    public static CallException Invalid(string detail) => new(CallErrorCode.InvalidArgument, detail);

    /// <summary>Something is past a size limit.</summary>
    public static CallException TooLarge(string detail) => new(CallErrorCode.TooLarge, detail);

    /// <summary>Something is away or has too much to do; the client should try again after <paramref name="retryAfter"/>.</summary>
    public static CallException Unavailable(string detail, TimeSpan retryAfter) =>
        new(new CallError { Code = CallErrorCode.Unavailable, Detail = detail, RetryAfter = retryAfter });

    /// <summary>Not for this user.</summary>
    public static CallException Forbidden(string detail) => new(CallErrorCode.Forbidden, detail);
}
