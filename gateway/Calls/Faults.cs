using System.Data.Common;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;

namespace OrleansCalls.Gateway.Calls;

/// <summary>Maps exceptions to errors, for hub, REST and dialects.</summary>
public static class Faults
{
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(2);

    /// <summary>Returns the error for <paramref name="exception"/>.</summary>
    public static CallError ToError(Exception exception, string traceId) => exception switch
    {
        CallException refused => refused.Error,
        JsonException json => Invalid(Describe(json)),
        BadHttpRequestException { InnerException: JsonException json } => Invalid(Describe(json)),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
            new CallError { Code = CallErrorCode.TooLarge, Detail = "The request is larger than this service takes." },
        BadHttpRequestException bad => Invalid(Describe(bad)),
        // The client gave up, or a grain, its silo or its storage is unavailable: the outcome is unknown, and a retry is safe.
        TimeoutException or OperationCanceledException or OrleansException or DbException or IOException => new CallError
        {
            Code = CallErrorCode.Unavailable,
            Detail = "A part of the service is away; the same command may be sent again.",
            RetryAfter = TryAgain,
        },
        _ =>
            new CallError
            {
                Code = CallErrorCode.Internal,
                Detail = $"Something is wrong on our side; it is in the log under trace {traceId}.",
            },
    };

    /// <summary>Returns the HTTP status of an error.</summary>
    internal static int StatusOf(CallErrorCode code) => code switch
    {
        CallErrorCode.InvalidArgument => StatusCodes.Status400BadRequest,
        CallErrorCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        CallErrorCode.Forbidden => StatusCodes.Status403Forbidden,
        CallErrorCode.NotFound => StatusCodes.Status404NotFound,
        CallErrorCode.Conflict => StatusCodes.Status409Conflict,
        CallErrorCode.Ended => StatusCodes.Status410Gone,
        CallErrorCode.TooLarge => StatusCodes.Status413PayloadTooLarge,
        CallErrorCode.RateLimited => StatusCodes.Status429TooManyRequests,
        CallErrorCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        CallErrorCode.Internal => StatusCodes.Status500InternalServerError,
    };

    /// <summary>Describes an error in a client's JSON without naming .NET types.</summary>
    public static string Describe(JsonException exception)
    {
        var path = exception.Path is { Length: > 2 } full && full.StartsWith("$.", StringComparison.Ordinal) ? full[2..] : null;
        // The path holds the client's own property names, of any content and length.
        return path is { Length: <= 64 } && !path.Any(char.IsControl)
            ? $"{path} does not hold what it should."
            : "The message is not the JSON that is expected here.";
    }

    // The framework's message, "Failed to bind parameter "Nullable<int> limit" from "x".", names .NET types; only the
    // parameter's name is kept.
    private static string Describe(BadHttpRequestException exception) =>
        exception.Message.Split('"') is [_, var parameter, ..] && parameter.Split(' ') is [_, var name]
            ? $"{name} does not hold what it should."
            : exception.StatusCode == StatusCodes.Status415UnsupportedMediaType
                ? "The body must be JSON."
                : "The request cannot be understood.";

    /// <summary>The id of the current trace, as the log has it.</summary>
    public static string CurrentTraceId() =>
        Activity.Current?.TraceId.ToHexString() ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private static CallError Invalid(string detail) => new() { Code = CallErrorCode.InvalidArgument, Detail = detail };
}
