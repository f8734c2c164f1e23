namespace OrleansCalls.Gateway.SocketIo;

/// <summary>An error with Engine.IO's code and message.</summary>
internal sealed record EngineError(int Code, string Message, int Status = StatusCodes.Status400BadRequest)
{
    public static readonly EngineError UnknownTransport = new(0, "Transport unknown");
    public static readonly EngineError UnknownSession = new(1, "Session ID unknown");
    public static readonly EngineError BadHandshakeMethod = new(2, "Bad handshake method");
    public static readonly EngineError BadRequest = new(3, "Bad request");
    public static readonly EngineError TooLarge = new(3, "Payload too large", StatusCodes.Status413PayloadTooLarge);
    public static readonly EngineError Stopping = new(4, "Forbidden", StatusCodes.Status503ServiceUnavailable);
    public static readonly EngineError Full =
        new(4, "Too many clients are connecting; try again", StatusCodes.Status503ServiceUnavailable);

    public static readonly EngineError UnsupportedVersion = new(5, "Unsupported protocol version");

    /// <summary>Writes the error as the response.</summary>
    public Task Write(HttpContext context)
    {
        context.Response.StatusCode = Status;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(new { code = Code, message = Message });
    }
}
