namespace FirebaseAdmin;

/// <summary>Google's canonical error codes.</summary>
internal enum ErrorCode
{
    /// <summary>The client said something that makes no sense.</summary>
    InvalidArgument,

    /// <summary>Not in this state.</summary>
    FailedPrecondition,

    /// <summary>Outside of what there is.</summary>
    OutOfRange,

    /// <summary>Not known who asks.</summary>
    Unauthenticated,

    /// <summary>Known who asks, and not allowed.</summary>
    PermissionDenied,

    /// <summary>Not there.</summary>
    NotFound,

    /// <summary>Somebody else was first.</summary>
    Conflict,

    /// <summary>Given up half way.</summary>
    Aborted,

    /// <summary>There already.</summary>
    AlreadyExists,

    /// <summary>Too much of it.</summary>
    ResourceExhausted,

    /// <summary>Cancelled by the client.</summary>
    Cancelled,

    /// <summary>Lost for good.</summary>
    DataLoss,

    /// <summary>Not known what.</summary>
    Unknown,

    /// <summary>The server's fault.</summary>
    Internal,

    /// <summary>Not now.</summary>
    Unavailable,

    /// <summary>Too late.</summary>
    DeadlineExceeded,
}

/// <summary>Firebase said no, or could not be reached.</summary>
internal class FirebaseException : Exception
{
    internal FirebaseException(ErrorCode code, string message, Exception? inner, HttpResponseMessage? response)
        : base(message, inner)
    {
        ErrorCode = code;
        HttpResponse = response;
    }

    /// <summary>What went wrong.</summary>
    public ErrorCode ErrorCode { get; }

    /// <summary>The answer, for its headers; null when there was none.</summary>
    public HttpResponseMessage? HttpResponse { get; }
}
