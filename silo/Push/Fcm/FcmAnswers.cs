using System.Net;
using FirebaseAdmin;
using FirebaseAdmin.Messaging;
using ErrorCode = FirebaseAdmin.ErrorCode;

namespace OrleansCalls.Silo.Push.Fcm;

/// <summary>Maps FCM's errors (firebase.google.com/docs/cloud-messaging/error-codes).</summary>
internal static class FcmAnswers
{
    /// <summary>Maps an error.</summary>
    internal static ProviderAnswer Read(FirebaseMessagingException error) => error.MessagingErrorCode switch
    {
        MessagingErrorCode.Unregistered => ProviderAnswer.Gone("unregistered"),
        MessagingErrorCode.SenderIdMismatch => ProviderAnswer.Gone("sender_id_mismatch"),
        // FCM uses one code for an invalid token and an invalid payload; only the message distinguishes them.
        MessagingErrorCode.InvalidArgument => error.Message.Contains("registration token", StringComparison.OrdinalIgnoreCase)
            ? ProviderAnswer.Gone("invalid_token")
            : ProviderAnswer.Refused("invalid_argument"),
        MessagingErrorCode.ThirdPartyAuthError => ProviderAnswer.Refused("third_party_auth_error"),
        MessagingErrorCode.QuotaExceeded => ProviderAnswer.Later("quota_exceeded", RetryAfter(error)),
        MessagingErrorCode.Unavailable => ProviderAnswer.Later("unavailable", RetryAfter(error)),
        MessagingErrorCode.Internal => ProviderAnswer.Later("internal", RetryAfter(error)),
        _ => error.ErrorCode is ErrorCode.Unauthenticated or ErrorCode.PermissionDenied
            ? ProviderAnswer.Misconfigured(error.ErrorCode == ErrorCode.Unauthenticated ? "unauthenticated" : "permission_denied")
            : ReadStatus(error),
    };

    private static ProviderAnswer ReadStatus(FirebaseMessagingException error) => error.HttpResponse?.StatusCode switch
    {
        HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout => ProviderAnswer.Uncertain("connection_lost"),
        HttpStatusCode.TooManyRequests => ProviderAnswer.Later("quota_exceeded", RetryAfter(error)),
        >= HttpStatusCode.InternalServerError => ProviderAnswer.Later("unavailable", RetryAfter(error)),
        // A malformed 2xx response, perhaps from a proxy.
        < HttpStatusCode.MultipleChoices => ProviderAnswer.Uncertain("unreadable"),
        // FcmTransport converts failed connections to FCM into responses: this one was to Google, for an access token.
        null when error.InnerException is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError
            or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError } =>
                ProviderAnswer.Later("no_access_token"),
        null => ProviderAnswer.Uncertain("unreachable"),
        _ => ProviderAnswer.Refused("refused"),
    };

    private static TimeSpan? RetryAfter(FirebaseException error) => error.HttpResponse?.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when error.HttpResponse.Headers.Date is { } now => date > now ? date - now : TimeSpan.Zero,
        _ => null,
    };
}
