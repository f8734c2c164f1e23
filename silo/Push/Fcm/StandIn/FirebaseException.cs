namespace FirebaseAdmin;

/// <summary>Google's canonical error codes, as far as FCM's responses lead to them.</summary>
internal enum ErrorCode
{
    InvalidArgument,
    Unauthenticated,
    PermissionDenied,
    NotFound,
    Conflict,
    ResourceExhausted,
    Unknown,
    Internal,
    Unavailable,
}

/// <summary>A request to Firebase failed.</summary>
internal class FirebaseException : Exception
{
    internal FirebaseException(ErrorCode code, string message, Exception? inner, HttpResponseMessage? response)
        : base(message, inner)
    {
        ErrorCode = code;
        HttpResponse = response;
    }

    public ErrorCode ErrorCode { get; }

    /// <summary>The response; null when there was none.</summary>
    public HttpResponseMessage? HttpResponse { get; }
}
