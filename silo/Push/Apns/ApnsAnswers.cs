using System.Net;

namespace OrleansCalls.Silo.Push.Apns;

/// <summary>What APNs' answers call for (developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns).</summary>
internal static class ApnsAnswers
{
    /// <summary>Reads an answer other than 200.</summary>
    /// <param name="response">Status and headers.</param>
    /// <param name="reason">The body's <c>reason</c>.</param>
    /// <param name="goneAt">With 410: since when the token is known to be dead.</param>
    /// <param name="setAt">When the app gave us the token; a failure that is older says nothing of it.</param>
    internal static ProviderAnswer Read(HttpResponseMessage response, string? reason, DateTimeOffset? goneAt, DateTimeOffset? setAt) =>
        (response.StatusCode, reason) switch
        {
            (HttpStatusCode.Gone, _) => goneAt < setAt ? ProviderAnswer.Refused("unregistered_before") : ProviderAnswer.Gone("unregistered"),
            (HttpStatusCode.BadRequest, "BadDeviceToken") => ProviderAnswer.Gone("bad_device_token"),
            (HttpStatusCode.BadRequest, "DeviceTokenNotForTopic") => ProviderAnswer.Gone("device_token_not_for_topic"),
            // A metric's label is never a text of somebody else's choosing.
            (HttpStatusCode.Forbidden, "InvalidProviderToken") => ProviderAnswer.NotUs("invalid_provider_token"),
            (HttpStatusCode.Forbidden, "ExpiredProviderToken") => ProviderAnswer.NotUs("expired_provider_token"),
            (HttpStatusCode.Forbidden, "MissingProviderToken") => ProviderAnswer.NotUs("missing_provider_token"),
            (HttpStatusCode.Forbidden, "BadCertificate") => ProviderAnswer.NotUs("bad_certificate"),
            (HttpStatusCode.Forbidden, "BadCertificateEnvironment") => ProviderAnswer.NotUs("bad_certificate_environment"),
            (HttpStatusCode.Forbidden, _) => ProviderAnswer.NotUs("forbidden"),
            (HttpStatusCode.TooManyRequests, "TooManyProviderTokenUpdates") => ProviderAnswer.NotUs("too_many_provider_token_updates"),
            (HttpStatusCode.TooManyRequests, _) => ProviderAnswer.Later("too_many_requests", RetryAfter(response)),
            ( >= HttpStatusCode.InternalServerError, _) => ProviderAnswer.Later("unavailable", RetryAfter(response)),
            _ => ProviderAnswer.Refused("refused"),
        };

    private static TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter?.Delta;
}
