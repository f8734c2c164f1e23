using System.Net;
using System.Text.Json;

namespace FirebaseAdmin.Messaging;

/// <summary>FCM's own error codes.</summary>
internal enum MessagingErrorCode
{
    /// <summary>The certificate or key for APNs or Web Push is wrong.</summary>
    ThirdPartyAuthError,

    /// <summary>The message makes no sense.</summary>
    InvalidArgument,

    /// <summary>FCM's fault.</summary>
    Internal,

    /// <summary>Too many messages.</summary>
    QuotaExceeded,

    /// <summary>The token belongs to another project.</summary>
    SenderIdMismatch,

    /// <summary>Not now.</summary>
    Unavailable,

    /// <summary>The token is dead.</summary>
    Unregistered,
}

/// <summary>FCM said no, or could not be reached.</summary>
internal sealed class FirebaseMessagingException : FirebaseException
{
    internal FirebaseMessagingException(
        ErrorCode code, string message, MessagingErrorCode? fcmCode, Exception? inner, HttpResponseMessage? response)
        : base(code, message, inner, response) => MessagingErrorCode = fcmCode;

    /// <summary>FCM's own code; null when it gave none.</summary>
    public MessagingErrorCode? MessagingErrorCode { get; }
}

/// <summary>Reads <c>{error: {status, message, details: [{errorCode}]}}</c>.</summary>
internal static class FcmError
{
    internal static FirebaseMessagingException Read(HttpResponseMessage response, string body)
    {
        string? status = null, message = null;
        MessagingErrorCode? fcmCode = null;
        try
        {
            using var json = JsonDocument.Parse(body);
            var error = json.RootElement.GetProperty("error");
            status = Text(error, "status");
            message = Text(error, "message");
            if (error.TryGetProperty("details", out var details) && details.ValueKind == JsonValueKind.Array)
                fcmCode = details.EnumerateArray().Select(detail => FcmCode(Text(detail, "errorCode"))).FirstOrDefault(code => code is not null);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // A proxy's page, perhaps: the status code has to do.
        }

        return new(Code(status) ?? Code(response.StatusCode), message ?? $"FCM answered {(int)response.StatusCode}.", fcmCode, null, response);
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;

    private static MessagingErrorCode? FcmCode(string? code) => code switch
    {
        "APNS_AUTH_ERROR" or "THIRD_PARTY_AUTH_ERROR" => MessagingErrorCode.ThirdPartyAuthError,
        "INVALID_ARGUMENT" => MessagingErrorCode.InvalidArgument,
        "INTERNAL" => MessagingErrorCode.Internal,
        "QUOTA_EXCEEDED" => MessagingErrorCode.QuotaExceeded,
        "SENDER_ID_MISMATCH" => MessagingErrorCode.SenderIdMismatch,
        "UNAVAILABLE" => MessagingErrorCode.Unavailable,
        "UNREGISTERED" => MessagingErrorCode.Unregistered,
        _ => null,
    };

    /// <summary><c>NOT_FOUND</c> as <c>NotFound</c>.</summary>
    private static ErrorCode? Code(string? status) =>
        status is not null && !status.Any(char.IsDigit)
        && Enum.TryParse<ErrorCode>(status.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var code) ? code : null;

    private static ErrorCode Code(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest => ErrorCode.InvalidArgument,
        HttpStatusCode.Unauthorized => ErrorCode.Unauthenticated,
        HttpStatusCode.Forbidden => ErrorCode.PermissionDenied,
        HttpStatusCode.NotFound => ErrorCode.NotFound,
        HttpStatusCode.Conflict => ErrorCode.Conflict,
        HttpStatusCode.TooManyRequests => ErrorCode.ResourceExhausted,
        HttpStatusCode.InternalServerError => ErrorCode.Internal,
        HttpStatusCode.ServiceUnavailable => ErrorCode.Unavailable,
        _ => ErrorCode.Unknown,
    };
}
