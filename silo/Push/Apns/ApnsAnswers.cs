using System.Net;

namespace OrleansCalls.Silo.Push.Apns;

/// <summary>
/// Maps APNs responses (developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns).
/// </summary>
internal static class ApnsAnswers
{
    /// <summary>Maps a response other than 200.</summary>
    /// <param name="response">The status and headers.</param>
    /// <param name="reason">The body's <c>reason</c>.</param>
    /// <param name="goneAt">With 410: when the token became invalid.</param>
    /// <param name="setAt">When the app set the token; an older 410 does not apply to it.</param>
    internal static ProviderAnswer Read(
        HttpResponseMessage response, string? reason, DateTimeOffset? goneAt, DateTimeOffset? setAt) =>
        (response.StatusCode, reason) switch
        {
            (HttpStatusCode.Gone, _) =>
                goneAt < setAt ? ProviderAnswer.Refused("unregistered_before") : ProviderAnswer.Gone("unregistered"),
            (HttpStatusCode.BadRequest, "BadDeviceToken") => ProviderAnswer.Gone("bad_device_token"),
            (HttpStatusCode.BadRequest, "DeviceTokenNotForTopic") => ProviderAnswer.Gone("device_token_not_for_topic"),
            // The reason becomes a metric's label, so only known values are used.
            (HttpStatusCode.Forbidden, "InvalidProviderToken") => ProviderAnswer.Misconfigured("invalid_provider_token"),
            (HttpStatusCode.Forbidden, "ExpiredProviderToken") => ProviderAnswer.Misconfigured("expired_provider_token"),
            (HttpStatusCode.Forbidden, "MissingProviderToken") => ProviderAnswer.Misconfigured("missing_provider_token"),
            (HttpStatusCode.Forbidden, "BadCertificate") => ProviderAnswer.Misconfigured("bad_certificate"),
            (HttpStatusCode.Forbidden, "BadCertificateEnvironment") =>
                ProviderAnswer.Misconfigured("bad_certificate_environment"),
            (HttpStatusCode.Forbidden, _) => ProviderAnswer.Misconfigured("forbidden"),
            (HttpStatusCode.TooManyRequests, "TooManyProviderTokenUpdates") =>
                ProviderAnswer.Misconfigured("too_many_provider_token_updates"),
            (HttpStatusCode.TooManyRequests, _) => ProviderAnswer.Later("too_many_requests", RetryAfter(response)),
            ( >= HttpStatusCode.InternalServerError, _) => ProviderAnswer.Later("unavailable", RetryAfter(response)),
            _ => ProviderAnswer.Refused("refused"),
        };

    private static TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter?.Delta;
}
