using System.Globalization;
using System.Text.RegularExpressions;

namespace OrleansCalls.Client;

/// <summary>Failures of any kind as <see cref="OrleansCallsException"/>.</summary>
internal static partial class Errors
{
    /// <summary>Reads a failed hub invocation or connection. SignalR wraps the service's <c>code: text</c> in its own sentence,
    /// so the code is searched for. Without one the connection was lost, and the outcome is unknown.</summary>
    public static OrleansCallsException Of(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is OrleansCallsException typed)
                return typed;
            foreach (Match match in CodeAndText().Matches(cause.Message))
            {
                if (WireEnum<CallErrorCode>.Parse(match.Groups[1].Value) is var code and not CallErrorCode.Unknown)
                    return new OrleansCallsException(code, cause.Message[(match.Index + match.Length)..], exception);
            }
        }

        return new OrleansCallsException(
            CallErrorCode.Unavailable, $"There is no connection to the service: {exception.Message}", exception);
    }

    /// <summary>Reads a WebSocket handshake that failed.</summary>
    /// <param name="status">The HTTP status; 0 if there was no answer.</param>
    /// <param name="headers">The headers of the answer.</param>
    /// <param name="exception">The failure.</param>
    public static OrleansCallsException OfHandshake(
        int status, IReadOnlyDictionary<string, IEnumerable<string>>? headers, Exception exception)
    {
        var retryAfter = headers?.FirstOrDefault(
            header => header.Key.Equals("Retry-After", StringComparison.OrdinalIgnoreCase)).Value;
        return new OrleansCallsException(
            OfStatus(status),
            status == 0
                ? $"The service could not be reached: {exception.Message}"
                : $"The service refused the connection with status {status}.",
            exception)
        {
            RetryAfter =
                int.TryParse(retryAfter?.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? TimeSpan.FromSeconds(seconds)
                : null,
        };
    }

    /// <summary>The code of a response without one.</summary>
    public static CallErrorCode OfStatus(int status) => status switch
    {
        400 => CallErrorCode.InvalidArgument,
        401 => CallErrorCode.Unauthenticated,
        403 => CallErrorCode.Forbidden,
        404 => CallErrorCode.NotFound,
        409 => CallErrorCode.Conflict,
        410 => CallErrorCode.Ended,
        413 => CallErrorCode.TooLarge,
        429 => CallErrorCode.RateLimited,
        500 => CallErrorCode.Internal,
        _ => CallErrorCode.Unavailable,
    };

    [GeneratedRegex(@"(?:^|[\s:])([a-z_]+): ")]
    private static partial Regex CodeAndText();
}
