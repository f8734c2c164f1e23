using System.Net;
using System.Text.Json;

namespace FirebaseAdmin.Messaging;

/// <summary>FCM's own error codes.</summary>
internal enum MessagingErrorCode
{
    /// <summary>The project's key for APNs or Web Push is missing or wrong.</summary>
    ThirdPartyAuthError,

    InvalidArgument,
    Internal,
    QuotaExceeded,

    /// <summary>The registration token belongs to another project.</summary>
    SenderIdMismatch,

    Unavailable,

    /// <summary>The registration token has expired or was deleted.</summary>
    Unregistered,
}

/// <summary>A request to FCM failed.</summary>
internal sealed class FirebaseMessagingException : FirebaseException
{
    internal FirebaseMessagingException(
        ErrorCode code, string message, MessagingErrorCode? fcmCode, Exception? inner, HttpResponseMessage? response)
        : base(code, message, inner, response) => MessagingErrorCode = fcmCode;

    /// <summary>FCM's own code; null when the response has none.</summary>
    public MessagingErrorCode? MessagingErrorCode { get; }
}

/// <summary>Reads <c>{error: {status, message, details: [{@type, errorCode}]}}</c>.</summary>
internal static class FcmError
{
    private const string Detail = "type.googleapis.com/google.firebase.fcm.v1.FcmError";

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
                fcmCode = details.EnumerateArray().Where(detail => Text(detail, "@type") == Detail)
                    .Select(detail => FcmCode(Text(detail, "errorCode"))).FirstOrDefault();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // The body is not FCM's, a proxy's for example; the status code decides.
        }

        return new(
            Code(status) ?? Code(response.StatusCode),
            message ?? $"Unexpected HTTP response with status: {(int)response.StatusCode}",
            fcmCode, null, response);
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.String
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

    private static ErrorCode? Code(string? status) => status switch
    {
        "INVALID_ARGUMENT" => ErrorCode.InvalidArgument,
        "INTERNAL" => ErrorCode.Internal,
        "PERMISSION_DENIED" => ErrorCode.PermissionDenied,
        "UNAUTHENTICATED" => ErrorCode.Unauthenticated,
        "UNAVAILABLE" => ErrorCode.Unavailable,
        _ => null,
    };

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
