using System.Data.Common;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;

namespace OrleansCalls.Gateway.Calls;

/// <summary>What each exception means to a client; one table for hub and REST.</summary>
public static class Faults
{
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(2);

    /// <summary>The error that a client is told for <paramref name="exception"/>.</summary>
    public static CallError ToError(Exception exception, string traceId) => exception switch
    {
        CallException refused => refused.Error,
        JsonException json => Invalid(Describe(json)),
        BadHttpRequestException { InnerException: JsonException json } => Invalid(Describe(json)),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
            new CallError { Code = CallErrorCode.TooLarge, Detail = "The request is larger than this service takes." },
        BadHttpRequestException bad => Invalid(Describe(bad)),
        // Nobody waits for the answer any more, or a grain, its silo or its storage is away: the outcome is unknown, and sending it again is safe.
        TimeoutException or OperationCanceledException or OrleansException or DbException or IOException => new CallError
        {
            Code = CallErrorCode.Unavailable,
            Detail = "A part of the service is away; the same command may be sent again.",
            RetryAfter = TryAgain,
        },
        _ => new CallError { Code = CallErrorCode.Internal, Detail = $"Something is wrong on our side; it is in the log under trace {traceId}." },
    };

    /// <summary>The HTTP status of an error.</summary>
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

    /// <summary>Says what is wrong with a client's JSON without naming our types.</summary>
    public static string Describe(JsonException exception)
    {
        var path = exception.Path is { Length: > 2 } full && full.StartsWith("$.", StringComparison.Ordinal) ? full[2..] : null;
        // A path holds the client's own property names, which may be anything and of any length.
        return path is { Length: <= 64 } && !path.Any(char.IsControl)
            ? $"{path} does not hold what it should."
            : "The message is not the JSON that is expected here.";
    }

    // "Failed to bind parameter "Nullable<int> limit" from "x"." is the framework's sentence; ours has the name only.
    private static string Describe(BadHttpRequestException exception) =>
        exception.Message.Split('"') is [_, var parameter, ..] && parameter.Split(' ') is [_, var name]
            ? $"{name} does not hold what it should."
            : exception.StatusCode == StatusCodes.Status415UnsupportedMediaType
                ? "The body must be JSON."
                : "The request cannot be understood.";

    /// <summary>The trace id under which the log tells of what is happening now.</summary>
    public static string CurrentTraceId() =>
        Activity.Current?.TraceId.ToHexString() ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private static CallError Invalid(string detail) => new() { Code = CallErrorCode.InvalidArgument, Detail = detail };
}
