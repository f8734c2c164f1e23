using System.Net;
using FirebaseAdmin;
using FirebaseAdmin.Messaging;
using ErrorCode = FirebaseAdmin.ErrorCode;

namespace OrleansCalls.Silo.Push.Fcm;

/// <summary>What FCM's errors call for (firebase.google.com/docs/cloud-messaging/error-codes).</summary>
internal static class FcmAnswers
{
    /// <summary>Reads one error.</summary>
    internal static ProviderAnswer Read(FirebaseMessagingException error) => error.MessagingErrorCode switch
    {
        MessagingErrorCode.Unregistered => ProviderAnswer.Gone("unregistered"),
        MessagingErrorCode.SenderIdMismatch => ProviderAnswer.Gone("sender_id_mismatch"),
        // The same code for a token that is none and for a payload that is wrong; only the words tell them apart.
        MessagingErrorCode.InvalidArgument => error.Message.Contains("registration token", StringComparison.OrdinalIgnoreCase)
            ? ProviderAnswer.Gone("invalid_token")
            : ProviderAnswer.Refused("invalid_argument"),
        MessagingErrorCode.ThirdPartyAuthError => ProviderAnswer.Refused("third_party_auth_error"),
        MessagingErrorCode.QuotaExceeded => ProviderAnswer.Later("quota_exceeded", RetryAfter(error)),
        MessagingErrorCode.Unavailable => ProviderAnswer.Later("unavailable", RetryAfter(error)),
        MessagingErrorCode.Internal => ProviderAnswer.Later("internal", RetryAfter(error)),
        _ => error.ErrorCode is ErrorCode.Unauthenticated or ErrorCode.PermissionDenied
            ? ProviderAnswer.NotUs(error.ErrorCode == ErrorCode.Unauthenticated ? "unauthenticated" : "permission_denied")
            : ReadStatus(error),
    };

    private static ProviderAnswer ReadStatus(FirebaseMessagingException error) => error.HttpResponse?.StatusCode switch
    {
        HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout => ProviderAnswer.Doubt("connection_lost"),
        HttpStatusCode.TooManyRequests => ProviderAnswer.Later("quota_exceeded", RetryAfter(error)),
        >= HttpStatusCode.InternalServerError => ProviderAnswer.Later("unavailable", RetryAfter(error)),
        // An answer of 2xx that makes no sense: a proxy's, perhaps.
        < HttpStatusCode.MultipleChoices => ProviderAnswer.Doubt("unreadable"),
        // FcmTransport turns a failed connection to FCM into a response: this one was to Google, for an access token.
        null when error.InnerException is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError
            or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError } => ProviderAnswer.Later("no_access_token"),
        null => ProviderAnswer.Doubt("unreachable"),
        _ => ProviderAnswer.Refused("refused"),
    };

    private static TimeSpan? RetryAfter(FirebaseException error) => error.HttpResponse?.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when error.HttpResponse.Headers.Date is { } now => date > now ? date - now : TimeSpan.Zero,
        _ => null,
    };
}
