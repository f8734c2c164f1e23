namespace OrleansCalls.Gateway.Calls;

/// <summary>A rejected command, with the error that is returned to the client.</summary>
public sealed class CallException : Exception
{
    /// <summary>Creates an exception, with the current call where that helps the client.</summary>
    public CallException(CallError error, Call? call = null)
        : base(error.Detail)
    {
        Error = error;
        Call = call;
    }

    /// <summary>Creates an exception from a code and a detail.</summary>
    public CallException(CallErrorCode code, string detail)
        : this(new CallError { Code = code, Detail = detail })
    {
    }

    /// <summary>The error returned to the client.</summary>
    public CallError Error { get; }

    /// <summary>The current state of the call; null if it is not returned.</summary>
    public Call? Call { get; }

    /// <summary>An argument is missing or malformed.</summary>
    public static CallException Invalid(string detail) => new(CallErrorCode.InvalidArgument, detail);

    /// <summary>An argument exceeds a size limit.</summary>
    public static CallException TooLarge(string detail) => new(CallErrorCode.TooLarge, detail);

    /// <summary>
    /// A component is unavailable or overloaded; the client should retry after <paramref name="retryAfter"/>.
    /// </summary>
    public static CallException Unavailable(string detail, TimeSpan retryAfter) =>
        new(new CallError { Code = CallErrorCode.Unavailable, Detail = detail, RetryAfter = retryAfter });

    /// <summary>The user lacks the permission.</summary>
    public static CallException Forbidden(string detail) => new(CallErrorCode.Forbidden, detail);
}
